"""How long it takes from a request to its operation and its verdict, against routers and readers of headers."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import microspec

from . import bodies, charts
from .measure import Group, Rounds, Row, Target, per_call, said
from .validation import bare_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from microspec import Match, Version

    Ways = dict[str, Callable[[Any], object]]

OURS, PARSE, FALCON, WERKZEUG = "microspec", "microversion_parse", "falcon", "werkzeug"
PEERS, ENGINE = "microversion_parse, falcon, the bare engine", "the bare engine"

NAMES = {
    OURS: "",
    PARSE: "microversion-parse",
    FALCON: "falcon",
    WERKZEUG: "werkzeug",
    PEERS: "",
    ENGINE: "jsonschema-rs",
}
"""The ways, in the order of the page, each with the package whose version is told."""

METHODS = ("get", "post", "put", "delete", "patch", "head")

PATH = "/servers"
"""The path of the request whose whole way is measured, a POST."""

PATHS = (
    ("/servers", "POST", PATH),
    ("/servers/{server_id}", "GET", f"/servers/{bodies.IMAGE}"),
    ("/servers/detail", "GET", "/servers/detail"),
    ("/servers/{server_id}/tags/{tag}", "PUT", f"/servers/{bodies.IMAGE}/tags/web"),
)
"""The templates, methods and paths that are routed."""

WHOLE = "the whole way"

SENT = {
    "Host": "compute.example.com",
    "User-Agent": "openstacksdk/4.22.0 keystoneauth1/5.18.1 python-requests/2.32.5 CPython/3.11.7",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "application/json",
    "Connection": "keep-alive",
    "Content-Type": "application/json",
    "X-Auth-Token": "gAAAAABnSm9uZSBvZiB5b3VyIGJ1c2luZXNz",
    "Content-Length": "160",
    "OpenStack-API-Version": f"compute {bodies.VERSION}",
    "X-OpenStack-Nova-API-Version": bodies.VERSION,
}
"""The headers of a request as openstacksdk sends it."""

ENVIRON: dict[str, Any] = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "/v2.1",
    "PATH_INFO": PATH,
    "QUERY_STRING": "",
    "SERVER_NAME": "compute.example.com",
    "SERVER_PORT": "443",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "192.0.2.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "https",
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in SENT.items()},
}
"""The same as a WSGI server gives it."""

HEADERS: dict[str, Any] = {
    "a mapping": SENT,
    "a WSGI environ": ENVIRON,
    "pairs of ASGI": [(name.lower().encode(), value.encode()) for name, value in SENT.items()],
}

THEIRS = ("a mapping", "a WSGI environ")
"""The forms that `microversion_parse` takes."""

TARGET = Target(1, "≤ 1×")

WHY = "{engine} of it are the engine's, which is in both"

TEXT = f"""\
The steps before validation: which version the headers of a request ask for, and which operation its method and path
mean at that version. The headers are those that openstacksdk sends, as a mapping, as a WSGI environ and as pairs of
ASGI. `microversion_parse` reads them by `get_version`, with the legacy header, and `parse_version_string`; it does
not check whether the version is served, and does not accept pairs of bytes. The routers of falcon
(`CompiledRouter.find`, which ignores the method) and of werkzeug (`MapAdapter.match`) know all paths of the compute
API. microspec also knows the versions of each operation, the actions, and what was removed.

The whole way is that of the smallest request to create a server at {bodies.VERSION}: `headers.requested`,
`history.at`, `match` and `accepts_request`, from the mapping of headers, the method, the path and the parsed body.
For comparison, there are `microversion_parse`, falcon's router and the bare engine, one after the other. All have
seen the headers and the path before, as in a server. The section Growth shows how `match` grows with a
specification.
"""


def measure(quick: bool) -> Group:
    """Measure."""
    rounds = 5 if quick else 15
    taken = {work: Rounds(_measures(ways, given), rounds) for work, (ways, given) in _works().items()}
    rows = [row for work, found in taken.items() for row in _rows(work, found)]
    bars = [
        charts.Bar(f"{work}: {way}".replace("`", ""), found.median(way), said(found.median(way), "s"), way == OURS)
        for work, found in taken.items()
        for way in NAMES
        if way in found
    ]
    whole = taken[WHOLE]
    why = WHY.format(engine=said(whole.median(ENGINE), "s"))
    work = f"{WHOLE}: microspec ÷ {PEERS}"
    target = Row(work, whole.ratio(OURS, PEERS), "x", "", TARGET, why, f"a small *create server*, {work}")
    columns = ("a request to the compute API", "÷ microspec", "CPU time")
    return Group("path", "The path of a request", TEXT, columns, [*rows, target], charts.bars_of_time("CPU time", bars))


def _works() -> dict[str, tuple[Ways, Any]]:
    """What is measured: the ways, and what each of them is given."""
    return {
        **{f"version from {form}": (_reading(form), given) for form, given in HEADERS.items()},
        **{f"route of `{method} {template}`": (_routing(method), path) for template, method, path in PATHS},
        WHOLE: (_whole(), bodies.SMALL),
    }


def _measures(ways: Ways, given: Any) -> dict[str, Callable[[], float]]:
    for name, way in ways.items():
        if not way(given):
            raise AssertionError(f"{name} gives a wrong answer")
    return {name: per_call(way, given) for name, way in ways.items()}


def _rows(work: str, taken: Rounds) -> list[Row]:
    found = [way for way in NAMES if way in taken]
    return [
        Row(f"{work}: {_named(way)}", 1 if way == OURS else taken.ratio(way, OURS), "x", said(taken.median(way), "s"))
        for way in found
    ]


def _named(way: str) -> str:
    """What a way is called on the page."""
    library = NAMES[way]
    return f"{way} ({version(library)})" if library else way


# ------------------------------------------------------------------------------------- the ways


def requested(headers: Any) -> Version:
    """The version that headers ask for."""
    return microspec.headers.requested(headers, "compute")


def routed(method: str) -> Callable[[str], Match]:
    """The operation of a path with a method."""
    return partial(microspec.load().at(bodies.VERSION).match, method)


def accepted() -> Callable[[Any], bool]:
    """The verdict about a body, from the headers on."""
    history = microspec.load()

    def verdict(body: Any) -> bool:
        api = history.at(microspec.headers.requested(SENT, "compute"))
        return api.match("POST", PATH, body).operation.accepts_request(body)

    return verdict


def _reading(form: str) -> Ways:
    return {OURS: requested} | ({PARSE: _parsed()} if form in THEIRS else {})


def _routing(method: str) -> Ways:
    known = microspec.load().known
    theirs = partial(_werkzeug(known).match, method=method)
    return {OURS: routed(method), FALCON: _falcon(known).find, WERKZEUG: theirs}


def _whole() -> Ways:
    history = microspec.load()
    engine = bare_engine(history.at(bodies.VERSION)["POST /servers"].request_schema()).is_valid
    parsed, find = _parsed(), _falcon(history.known).find

    def theirs(body: Any) -> object:
        parsed(SENT)
        find(PATH)
        return engine(body)

    return {OURS: accepted(), PEERS: theirs, ENGINE: engine}


def _parsed() -> Callable[[Any], object]:
    parse: Any = import_module("microversion_parse")
    older = [microspec.headers.LEGACY["compute"]]
    return lambda headers: parse.parse_version_string(parse.get_version(headers, "compute", older))


def _falcon(keys: Iterable[str]) -> Any:
    """Falcon's router, with the paths of all operations."""
    router = import_module("falcon.routing").CompiledRouter()
    resource = type("Resource", (), {f"on_{method}": lambda *_, **__: None for method in METHODS})()
    for template in dict.fromkeys(_template(key, "{{p{}}}") for key in keys):
        router.add_route(template, resource)
    return router


def _werkzeug(keys: Iterable[str]) -> Any:
    """Werkzeug's router, with the methods and paths of all operations."""
    routing_: Any = import_module("werkzeug.routing")
    wanted = dict.fromkeys((key.partition(" ")[0], _template(key, "<p{}>")) for key in keys)
    rules = [routing_.Rule(template, endpoint=template, methods=[method]) for method, template in wanted]
    return routing_.Map(rules).bind("compute.example.com")


def _template(key: str, name: str) -> str:
    """The path of a key with names as another router writes them, each by its place."""
    words = key.partition("#")[0].partition(" ")[2].split("/")
    return "/".join(name.format(place) if word.startswith("{") else word for place, word in enumerate(words))
