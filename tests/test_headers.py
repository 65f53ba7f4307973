"""The headers of microversions, against a table of what Nova does, and that what is written is read again."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import weakref
from collections import UserDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import microspec
from exploring import examples
from microspec import (
    InvalidElement,
    InvalidVersion,
    InvalidVersionSet,
    RefusedVersion,
    UnknownName,
    Version,
    VersionRange,
    headers,
)
from microspec.http import headers as remembering

if TYPE_CHECKING:
    from collections.abc import Callable

    from microspec.history import History

VECTORS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "vectors" / "headers.yaml").read_text())
SERVED = VersionRange("2.1", "2.104")
NAMES = ("OpenStack-API-Version", "X-OpenStack-Nova-API-Version")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors(vector: dict[str, Any]) -> None:
    given = vector["headers"]
    if "version" in vector:
        assert headers.requested(given, "compute", server=SERVED) == Version(vector["version"])
        return
    with pytest.raises(RefusedVersion) as raised:
        headers.requested(given, "compute", server=SERVED)
    error, text = raised.value, vector["requested"]
    assert (error.status, error.requested) == (vector["status"], text)
    if error.status == 400:
        message = f"API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum."
        assert error.body == {"badRequest": {"code": 400, "message": message}}
        assert error.headers == ()
    else:
        message = f"Version {text} is not supported by the API. Minimum is 2.1 and maximum is 2.104."
        assert error.body == {"computeFault": {"code": 406, "message": message}}
        assert error.headers[0] == ("OpenStack-API-Version", f"compute {text}")
        assert error.headers[2:] == tuple(("Vary", name) for name in NAMES)
    assert str(error) == f"{error.status}: {message}"


def test_an_answer_names_its_version_and_what_it_varies_with() -> None:
    assert headers.response("2.37", "compute") == (
        ("OpenStack-API-Version", "compute 2.37"),
        ("X-OpenStack-Nova-API-Version", "2.37"),
        ("Vary", "OpenStack-API-Version"),
        ("Vary", "X-OpenStack-Nova-API-Version"),
    )
    with pytest.raises(InvalidVersion):
        headers.response("latest")


def test_a_service_without_a_legacy_header_has_one_header() -> None:
    assert headers.request("1.39", "placement") == {"OpenStack-API-Version": "placement 1.39"}
    assert headers.response(Version("1.39"), "placement") == (
        ("OpenStack-API-Version", "placement 1.39"),
        ("Vary", "OpenStack-API-Version"),
    )
    given = {"OpenStack-API-Version": "placement 1.39, compute 2.37"}
    assert str(headers.requested(given, "placement", server=("1.0", "1.39"))) == "1.39"
    with pytest.raises(RefusedVersion) as raised:
        headers.requested(given, "placement", server=("1.0", "1.38"))
    assert list(raised.value.body) == ["placementFault"]


def test_a_service_may_bring_a_legacy_header() -> None:
    legacy = "X-OpenStack-Ironic-API-Version"
    sent = headers.request("1.31", "baremetal", legacy=legacy)
    assert sent == {"OpenStack-API-Version": "baremetal 1.31", legacy: "1.31"}
    assert str(headers.requested({legacy: "1.31"}, "baremetal", server=("1.1", "1.87"), legacy=legacy)) == "1.31"


def test_what_is_served_is_by_default_what_is_bundled(compute: History) -> None:
    assert headers.requested({}, "compute") == compute.min_version
    assert headers.requested(headers.request("latest"), "compute") == compute.max_version
    with pytest.raises(UnknownName, match="bundled service 'placement'"):
        headers.requested({}, "placement")


def test_a_server_has_an_end() -> None:
    with pytest.raises(InvalidVersionSet, match="with an end"):
        headers.requested({}, server=VersionRange("2.1", None))


def test_the_names_are_those_of_the_specification(compute: History) -> None:
    service = compute.service
    assert service.standard_header == headers.STANDARD
    assert {service.service_type: service.legacy_header} == headers.LEGACY


def test_pairs_may_be_bytes() -> None:
    pairs = [(b"x-openstack-nova-api-version", b"2.5"), (b"openstack-api-version", b"compute 2.37")]
    assert str(headers.requested(pairs, server=SERVED)) == "2.37"


def test_values_may_be_tuples_and_bytes() -> None:
    given = {"OpenStack-API-Version": ("compute 2.5", b"compute 2.90"), "wsgi.version": (1, 0)}
    assert str(headers.requested(given, server=SERVED)) == "2.90"


@pytest.mark.parametrize("value", [2.90, None, {"compute": "2.90"}, ["compute 2.5", 2.90]], ids=str)
@pytest.mark.parametrize("name", [*NAMES, "HTTP_OPENSTACK_API_VERSION"])
def test_a_header_is_text(name: str, value: Any) -> None:
    with pytest.raises(InvalidElement, match="a string or a list of strings"):
        headers.requested({"Accept": 5, name: value}, server=SERVED)


@pytest.mark.parametrize("value", [2.90, None, ["2.5", 2.90]], ids=str)
@pytest.mark.parametrize(
    "form", [dict, lambda headers: list(headers.items()), UserDict], ids=["dict", "pairs", "mapping"]
)
def test_the_legacy_header_is_looked_at_where_the_standard_one_does_not_decide(
    form: Callable[[dict[str, Any]], Any], value: Any
) -> None:
    standard, legacy = NAMES
    for _ in range(2):
        assert str(headers.requested(form({standard: "compute 2.37", legacy: value}), server=SERVED)) == "2.37"
        with pytest.raises(InvalidElement, match="a string or a list of strings"):
            headers.requested(form({standard: "volume 3.27", legacy: value}), server=SERVED)


# ------------------------------------------------------------------------------------- what is seen again


def slowly_asked(given: Any, service_type: str, legacy: str | None) -> str | None:
    """What `headers.asked` gives, read without looking up or remembering anything."""
    older = (legacy or headers.LEGACY.get(service_type.lower()) or "").lower()
    values: dict[str, list[str]] = {headers.STANDARD.lower(): [], older: []}
    for name, value in given.items() if hasattr(given, "items") else given:
        text = (name.decode("latin-1") if isinstance(name, bytes) else name).lower()
        text = text[5:].replace("_", "-") if text.startswith("http_") else text
        items = value if isinstance(value, (list, tuple)) else [value]
        values.setdefault(text, []).extend(
            item.decode("latin-1") if isinstance(item, bytes) else item for item in items
        )
    for pair in reversed(",".join(values[headers.STANDARD.lower()]).split(",")):
        words = pair.split(None, 1)
        if len(words) == 2 and words[0].lower() == service_type.lower():
            return words[1].strip()
    return values[older][-1].rpartition(",")[2].strip() if older and values[older] else None


SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.lower,
    str.upper,
    str.title,
    str.swapcase,
    lambda name: f"HTTP_{name.upper().replace('-', '_')}",
    lambda name: f"http_{name}",
    lambda name: name.replace("-", "_"),
]
HEADER_NAMES = (*NAMES, "X-OpenStack-Ironic-API-Version", "Accept", "X-Auth-Token", "wsgi.input_terminated")
PARTS = ("compute 2.37", "Compute 2.5", "compute  latest ", "volume 3.27", "baremetal 1.31", "2.9", "latest", "", "x")
TEXTS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(",".join) | st.text(
    "comput 2.37,\t\x85", max_size=20
)
VALUES = TEXTS | TEXTS.map(str.encode) | st.lists(TEXTS | TEXTS.map(str.encode), max_size=2) | st.tuples(TEXTS)
ONCE = st.dictionaries(st.sampled_from(HEADER_NAMES), st.tuples(st.sampled_from(SPELLINGS), VALUES), max_size=4)
SERVICES = st.sampled_from(
    [("compute", None), ("COMPUTE", None), ("volume", None), ("compute", "X-OpenStack-Ironic-API-Version")]
)


@given(ONCE, st.lists(ONCE, max_size=3), SERVICES)
@examples(3)
def test_headers_that_were_seen_say_the_same(once: Any, more: list[Any], service: tuple[str, str | None]) -> None:
    mapping = {spelled(name): value for name, (spelled, value) in once.items()}
    pairs = [(spelled(name), value) for each in (once, *more) for name, (spelled, value) in each.items()]
    in_bytes = [(name.encode(), value) for name, value in pairs]
    for form in (mapping, UserDict(mapping), pairs, in_bytes, dict(in_bytes[: len(mapping)])):
        text = slowly_asked(form, *service)
        served = text in {None, "latest", *(f"2.{minor}" for minor in range(1, 100))}
        for _ in range(2):
            assert headers.asked(form, *service) == text
            if served:
                version = headers.requested(form, service[0], server=("2.1", "2.99"), legacy=service[1])
                assert str(version) == {None: "2.1", "latest": "2.99"}.get(text, text)
            else:
                with pytest.raises(RefusedVersion) as raised:
                    headers.requested(form, service[0], server=("2.1", "2.99"), legacy=service[1])
                assert raised.value.requested == text


@pytest.mark.parametrize(
    "given",
    [
        {"OpenStack-API-Version": "compute 2.41"},
        {"openstack-api-version": "compute 2.41"},
        {"REQUEST_METHOD": "GET", "HTTP_OPENSTACK_API_VERSION": "volume 3.27, compute 2.41"},
        {"HTTP_X_OPENSTACK_NOVA_API_VERSION": "2.41"},
        [(b"accept", b"*/*"), (b"openstack-api-version", b"compute 2.41")],
    ],
    ids=str,
)
@pytest.mark.parametrize("server", [SERVED, ("2.1", "2.104"), "2.1-2.104", (Version("2.1"), Version("2.104"))], ids=str)
def test_a_version_that_was_asked_for_is_not_read_again(
    given: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = headers.requested(given, server=server)
    monkeypatch.setattr(Version, "__init__", None)
    assert headers.requested(given, server=server) is first


def test_a_server_that_may_change_is_looked_at_each_time() -> None:
    class Cloud:
        microversions = VersionRange("2.1", "2.5")

    cloud, pair, asked = Cloud(), ["2.1", "2.5"], {"OpenStack-API-Version": "compute latest"}
    for last in ("2.5", "2.9"):
        cloud.microversions, pair[1] = VersionRange("2.1", last), last
        assert str(headers.requested(asked, server=cloud)) == last
        assert str(headers.requested(asked, server=pair)) == last


def test_what_is_remembered_has_an_end() -> None:
    for number in range(3 * remembering._MOST):
        given = {"OpenStack-API-Version": f"volume 3.{number}, compute 2.{number}"}
        server = ("2.0", f"2.{number + 1}")
        assert str(headers.requested(given, server=server)) == f"2.{number}"
        assert str(headers.requested(given, server="2.0-2.9999")) == f"2.{number}"
        assert headers.asked(given, f"service-{number}", f"X-{number}") is None
    long = {"OpenStack-API-Version": "volume 3.27, " * 100 + "compute 2.37"}
    assert str(headers.requested(long, server=SERVED)) == "2.37"
    seen = (remembering._NAMES, remembering._OWN, remembering._SERVED)
    assert all(0 < len(each) <= remembering._MOST for each in seen)
    assert all(len(each.versions) <= remembering._MOST for each in remembering._SERVED.values())
    assert max(len(text) for text, _ in remembering._OWN) <= remembering._LONGEST


def test_what_is_remembered_keeps_no_history_alive(compute: History) -> None:
    history = microspec.load(Path(compute._origin.folder))  # type: ignore[attr-defined]
    given = {"OpenStack-API-Version": "compute 2.37"}
    for server in ((history.min_version, history.max_version), history._source.span):
        assert str(headers.requested(given, server=server)) == "2.37"
    source = weakref.ref(history._source)
    del history
    gc.collect()
    assert source() is None


VERSIONS = st.integers(1, 104).map(lambda minor: Version(f"2.{minor}"))


@given(VERSIONS)
def test_what_is_written_is_read_again(version: Version) -> None:
    assert headers.requested(headers.request(version), server=SERVED) == version
    assert headers.requested(headers.response(version), server=SERVED) == version
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.request(version).items()}
    assert headers.requested(environ, server=SERVED) == version


@given(st.text(st.characters(codec="latin-1")), st.sampled_from(NAMES))
def test_any_text_is_a_version_or_a_refusal(text: str, name: str) -> None:
    try:
        answer: Version | RefusedVersion = headers.requested({name: text}, server=SERVED)
    except RefusedVersion as error:
        answer = error
    if isinstance(answer, Version):
        assert answer in SERVED
    else:
        assert answer.status in (400, 406)
        assert pickle.loads(pickle.dumps(answer)).body == answer.body


def test_reading_headers_reads_no_specification() -> None:
    code = (
        "import sys; from microspec import headers; headers.requested({}, server=('2.1', '2.104')); "
        "headers.response('2.1'); print(*(name for name in sys.modules if name.startswith('microspec.')))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.partition(".")[2] for name in result.stdout.split()} == {
        *("headers", "http", "http.headers"),
        *("values", "values.errors", "values.spoken", "values.version"),
    }
