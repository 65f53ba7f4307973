"""The decorators for handlers in Nova's style: which calls reach a handler, and what becomes of the others."""

from __future__ import annotations

import inspect
import json
import logging
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from microspec import UnknownOperation, UnknownVersion, Version, decorators
from microspec.decorators import Answers, Decorators, Deviation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from microspec import History

CREATE = {"server": {"name": "web", "imageRef": "70a599e0-31e7-49b7-b260-868f441e862b", "flavorRef": "1"}}
TAGGED = {"server": {**CREATE["server"], "networks": [{"uuid": CREATE["server"]["imageRef"], "tag": "nic"}]}}
TAG = "PUT /servers/{server_id}/tags/{tag}"


class Query(dict[str, list[str]]):
    """As much of WebOb's multidict as the decorators use."""

    def dict_of_lists(self) -> dict[str, list[str]]:
        """Each name with its values."""
        return {name: [*values] for name, values in self.items()}


class NotText(Query):
    """A query that is not UTF-8."""

    def dict_of_lists(self) -> dict[str, list[str]]:
        """What WebOb does with it."""
        return {b"\xff".decode(): []}


class ApiVersion:
    """A version as Nova's requests have it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_string(self) -> str:
        """The version as text."""
        return self.text


class Request:
    """A request of a service in Nova's style."""

    def __init__(self, version: str, query: Query | None = None) -> None:
        self.api_version_request = ApiVersion(version)
        self.GET = Query() if query is None else query


class Answer:
    """An answer in bytes, with a status."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.status_int, self.body = status, body


class Wrapped:
    """An answer around a JSON value, which gets its status later."""

    def __init__(self, value: Any) -> None:
        self.obj = value


class Fault(Exception):
    """The exception that a service answers with."""


def refused(call: Callable[[], object]) -> Deviation:
    """The deviation that a call raises."""
    with pytest.raises(Deviation) as raised:
        call()
    return raised.value


class Servers:
    """A controller with one decorator of each kind per handler, for all versions."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    @decorators.schema("POST /servers")
    def create(self, req: Request, body: Any) -> Any:
        """Create a server."""
        self.calls.append((req, body))
        return body

    @decorators.query("GET /servers")
    def index(self, req: Request) -> dict[str, list[str]]:
        """List servers."""
        return req.GET.dict_of_lists()

    @decorators.available(TAG)
    @decorators.schema(TAG)
    @decorators.query(TAG)
    @decorators.response(TAG)
    def tag(self, req: Request, server_id: str, id: str, body: Any) -> Answer:  # noqa: A002  # Nova's name
        """Add a tag."""
        self.calls.append((req, server_id, id, body))
        return Answer(201)


# ------------------------------------------------------------------------------------------------------- bodies


def test_a_handler_is_called_at_the_versions_that_accept_the_body(compute: History) -> None:
    servers, accepting = Servers(), compute.versions_for("POST /servers", body=TAGGED)
    assert str(accepting) == "2.32-2.36, 2.42-"
    for version in compute.versions:
        request = Request(str(version))
        if version in accepting:
            assert servers.create(request, body=TAGGED) is TAGGED
            assert servers.calls.pop() == (request, TAGGED)
        else:
            deviation = refused(partial(servers.create, request, body=TAGGED))
            assert (deviation.status, deviation.part, deviation.version) == (400, "request", version)
            assert deviation.operation == "POST /servers"
            assert [item.pointer for item in deviation.violations] == ["/server/networks/0/tag"]
            assert str(deviation).startswith(f"the body of POST /servers at {version} is invalid: /server/networks/0/")
    assert servers.calls == []


def test_arguments_are_given_by_name_or_by_position() -> None:
    servers, request = Servers(), Request("2.36")
    assert servers.create(request, TAGGED) == servers.create(req=request, body=TAGGED) == TAGGED
    assert refused(lambda: servers.create(Request("2.37"), TAGGED)).status == 400
    assert refused(lambda: servers.create(req=Request("2.37"), body=TAGGED)).status == 400


def test_a_call_without_a_body_has_the_body_null() -> None:
    create: Any = Servers().create
    assert refused(lambda: create(req=Request("2.1"))).violations[0].pointer == ""


@pytest.mark.parametrize("by_keyword", [True, False])
def test_parameters_may_be_collected(by_keyword: bool) -> None:
    def collecting(req: Request, **kwargs: Any) -> object:
        return kwargs["body"]

    def only(req: Request, *args: object, body: Any) -> object:
        return body

    handler: Callable[..., object] = decorators.schema("POST /servers")(collecting if by_keyword else only)
    assert handler(Request("2.36"), body=TAGGED) is TAGGED
    assert refused(lambda: handler(Request("2.37"), body=TAGGED)).status == 400


def test_a_handler_needs_the_parameters() -> None:
    def index(self: Any, req: Request) -> None: ...

    def status(self: Any) -> None: ...

    with pytest.raises(TypeError, match=r"index has no parameter 'body'"):
        decorators.schema("POST /servers")(index)
    for decorator in (decorators.available, decorators.query, decorators.response):
        with pytest.raises(TypeError, match=r"status has no parameter 'req'"):
            decorator("POST /servers")(status)


def test_a_handler_keeps_its_name_its_documentation_and_its_parameters() -> None:
    assert (Servers.create.__name__, Servers.create.__doc__) == ("create", "Create a server.")
    assert [*inspect.signature(Servers.tag).parameters] == ["self", "req", "server_id", "id", "body"]


# ----------------------------------------------------------------------------------------------------- versions


@pytest.mark.parametrize("decorator", [decorators.available, decorators.schema, decorators.query, decorators.response])
def test_an_operation_does_not_exist_at_every_version(decorator: Any, compute: History) -> None:
    def handler(req: Request, body: Any = None) -> None:
        raise AssertionError("it is called")

    update = decorator(TAG)(handler)
    existing = compute.availability(TAG)
    for version in map(str, compute.versions):
        if version not in existing:
            deviation = refused(partial(update, Request(version)))
            assert (deviation.status, deviation.part, deviation.violations) == (404, None, ())
            assert str(deviation) == f"{TAG} does not exist at {version}: added in 2.26"


def test_an_operation_that_is_not_there_is_refused_before_the_body() -> None:
    servers = Servers()
    assert refused(lambda: servers.tag(Request("2.25"), "a", "blue", {"not": "null"})).status == 404
    assert servers.calls == []


def test_an_operation_that_is_gone_is_refused_as_gone(compute: History) -> None:
    def cells(req: Request) -> dict[str, Any]:
        return {"cells": []}

    gone = refused(lambda: decorators.available("GET /os-cells")(cells)(Request("2.1")))
    assert (gone.status, str(gone)) == (410, "GET /os-cells is gone since train")
    older = Decorators(compute.as_of("stein")).available("GET /os-cells")(cells)
    assert older(Request("2.1")) == {"cells": []}


def test_a_version_that_is_not_described_is_a_mistake_of_the_server() -> None:
    with pytest.raises(UnknownVersion):
        Servers().create(Request("2.999"), body=CREATE)


def test_an_operation_that_never_existed_is_noticed_when_a_handler_is_decorated() -> None:
    for decorator in (decorators.available, decorators.schema, decorators.query, decorators.response):
        with pytest.raises(UnknownOperation, match="did you mean"):
            decorator("POST /serverz")


def test_an_operation_may_be_written_as_it_is_sent() -> None:
    create = decorators.schema("post /servers")(lambda req, body: body)
    assert refused(lambda: create(Request("2.37"), TAGGED)).operation == "POST /servers"


def test_a_handler_of_several_operations_says_which_one_a_call_is() -> None:
    def operation(req: Request, id: str, body: Any) -> str:  # noqa: A002  # Nova's name
        return f"PUT /os-services/{id}" if id in ("enable", "disable") else "PUT /os-services/{service_id}"

    @decorators.schema(operation)
    def update(req: Request, id: str, body: Any) -> str:  # noqa: A002
        return id

    old = {"host": "h", "binary": "nova-compute"}
    assert update(Request("2.52"), "enable", body=old) == "enable"
    assert refused(lambda: update(Request("2.53"), "enable", body=old)).status == 404
    assert update(Request("2.53"), "b1", body={"status": "enabled"}) == "b1"
    assert refused(lambda: update(Request("2.53"), "b1", body=old)).operation == "PUT /os-services/{service_id}"


def test_no_identifier_of_a_request_is_kept() -> None:
    own = Decorators()
    handler = own.available(lambda req, id: f"GET /servers/{id}/tags")(lambda req, id: id)  # noqa: A006
    for number in range(100):
        handler(Request("2.26"), f"b{number}")
    assert [*own._operations] == [("GET /servers/{server_id}/tags", "2.26")]


# ------------------------------------------------------------------------------------------------------ queries


def test_a_query_loses_what_the_version_does_not_know() -> None:
    servers = Servers()
    sent = {"name": ["web", "db"], "tags": ["blue"], "color": ["red"], "_sa": ["x"]}
    for version, kept in {"2.1": ("name", "_sa"), "2.26": ("name", "tags", "_sa")}.items():
        assert servers.index(Request(version, Query(sent))) == {name: sent[name] for name in kept}


def test_a_query_is_refused_where_unknown_parameters_are() -> None:
    servers = Servers()
    deviation = refused(lambda: servers.index(Request("2.75", Query(color=["red"]))))
    assert (deviation.status, deviation.part) == (400, "query")
    assert str(deviation) == "the query of GET /servers at 2.75 is invalid: /color is not a known parameter"
    assert refused(lambda: servers.index(Request("2.1", Query(limit=["many"])))).violations[0].pointer == "/limit/0"


def test_a_refused_query_is_left_as_it_is() -> None:
    query = Query(color=["red"], limit=["many"])
    refused(lambda: Servers().index(Request("2.1", query)))
    assert [*query] == ["color", "limit"]


def test_a_query_has_to_be_text() -> None:
    deviation = refused(lambda: Servers().index(Request("2.1", NotText())))
    assert (deviation.status, str(deviation)) == (400, "the query of GET /servers at 2.1 is not UTF-8")


# ------------------------------------------------------------------------------------------------------ answers

LISTED = {"keypairs": [{"keypair": {"name": "a", "fingerprint": "b", "public_key": "c"}}]}
WRONG = {"keypairs": [{"keypair": {"name": "a"}}]}


def listing(answer: object, **options: Any) -> object:
    """What a call of a handler that returns this answer comes to."""
    return Decorators(**options).response("GET /os-keypairs")(lambda req: answer)(Request("2.1"))


@pytest.mark.parametrize("form", [lambda value: value, Wrapped, lambda value: Answer(200, json.dumps(value).encode())])
def test_an_answer_is_checked_in_every_form(form: Callable[[Any], object]) -> None:
    good = form(LISTED)
    assert listing(good) is good
    deviation = refused(lambda: listing(form(WRONG)))
    assert (deviation.status, deviation.part, deviation.operation) == (500, "response", "GET /os-keypairs")
    assert {item.pointer for item in deviation.violations} == {"/keypairs/0/keypair"}


@pytest.mark.parametrize("answers", ["warn", lambda: "warn"])
def test_a_wrong_answer_can_be_logged(answers: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "microspec.decorators"):
        assert listing(WRONG, answers=answers) is WRONG
    (record,) = caplog.records
    assert record.getMessage().startswith("the answer of GET /os-keypairs at 2.1 is invalid: /keypairs/0/keypair ")


def test_answers_that_are_not_checked_are_not_even_written() -> None:
    unwritable = object()
    assert listing(unwritable, answers="off") is unwritable


def test_an_option_decides_for_each_answer() -> None:
    option: list[Answers] = ["off"]
    handler = Decorators(answers=lambda: option[0]).response("GET /os-keypairs")(lambda req: WRONG)
    assert handler(Request("2.1")) is WRONG
    option[0] = "error"
    assert refused(lambda: handler(Request("2.1"))).status == 500


def test_an_answer_is_checked_as_it_will_be_sent() -> None:
    class Stamp:
        text = "2026-01-01T00:00:00Z"

    def dumps(value: Any) -> str:
        return json.dumps(value, default=lambda item: item.text)

    answer = {"server_groups": ()}
    handler = Decorators().response("GET /os-server-groups")(lambda req: answer)
    assert handler(Request("2.1")) is answer  # a tuple is written as a list
    with pytest.raises(TypeError):
        listing({"keypairs": Stamp()})
    assert refused(lambda: listing({"keypairs": Stamp()}, dumps=dumps)).violations[0].pointer == "/keypairs"


def test_a_status_has_to_be_described() -> None:
    def tag(answer: object) -> object:
        return decorators.response(TAG)(lambda req: answer)(Request("2.26"))

    for status in (201, 204):
        assert isinstance(tag(Answer(status)), Answer)
    assert str(refused(lambda: tag(Answer(202)))) == (
        f"the answer of {TAG} at 2.26 has the status 202, which is not described"
    )
    assert refused(lambda: tag(Answer(201, b"{}"))).violations[0].message.startswith("must be absent")
    assert tag(None) is None
    assert isinstance(tag(Answer(500, b"<h1>Oops</h1>")), Answer)


# ---------------------------------------------------------------------------------------- services of other kinds


def test_a_service_raises_exceptions_of_its_own() -> None:
    def error(deviation: Deviation) -> Fault:
        return Fault(deviation.status, str(deviation))

    own = Decorators(error=error, answers="error")
    for version, status in {"2.25": 404, "2.26": 400}.items():
        handler = own.available(TAG)(own.schema(TAG)(lambda req, body: body))
        with pytest.raises(Fault) as raised:
            handler(Request(version), {"not": "null"})
        assert raised.value.args[0] == status
    with pytest.raises(Fault, match="the answer of"):
        own.response("GET /os-keypairs")(lambda req: WRONG)(Request("2.1"))
    with pytest.raises(Fault, match="not UTF-8"):
        own.query("GET /servers")(lambda req: None)(Request("2.1", NotText()))


def test_requests_that_are_not_described_are_not_checked() -> None:
    own = Decorators(applies=lambda request: request.GET is not legacy)
    legacy = Query(color=["red"], limit=["many"])

    @own.available(TAG)
    @own.schema("POST /servers")
    @own.query("GET /servers")
    @own.response("GET /os-keypairs")
    def handler(req: Request, body: Any) -> object:
        return WRONG

    assert handler(Request("2.1", legacy), body="anything") is WRONG
    assert [*legacy] == ["color", "limit"]
    assert refused(lambda: handler(Request("2.1"), body="anything")).status == 404


def test_another_service_is_given_as_its_history(library: Path) -> None:
    books = Decorators(microspec.load(library))
    add = books.schema("POST /books")(lambda req, body: body)
    book = {"book": {"title": "Emma"}}
    assert add(Request("1.1"), book) is book
    deviation = refused(lambda: add(Request("1.1"), {"book": {}}))
    assert (deviation.version, deviation.status) == (Version("1.1"), 400)
    with pytest.raises(UnknownOperation):
        books.schema("POST /servers")


def test_decorators_do_not_change() -> None:
    with pytest.raises(AttributeError, match="is immutable"):
        Decorators()._service = None


def test_the_functions_of_the_module_are_those_of_one_object() -> None:
    functions = (decorators.available, decorators.schema, decorators.query, decorators.response)
    assert [function.__name__ for function in functions] == ["available", "schema", "query", "response"]


def test_threads_may_call_a_handler_at_once(compute: History) -> None:
    create = Decorators(compute).schema("POST /servers")(lambda req, body: body)
    accepting, wrong = compute.versions_for("POST /servers", body=TAGGED), list[str]()

    def calls() -> None:
        for version in compute.versions:
            try:
                create(Request(str(version)), TAGGED)
            except Deviation:
                wrong.extend([str(version)] if version in accepting else [])
            else:
                wrong.extend([] if version in accepting else [str(version)])

    threads = [Thread(target=calls) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
