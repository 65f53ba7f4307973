"""The headers of microversions, against a table of what Nova does, and that what is written is read again."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

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

if TYPE_CHECKING:
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
    with pytest.raises(InvalidVersionSet, match="has an end"):
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
    with pytest.raises(InvalidElement, match="text, or a list of texts"):
        headers.requested({"Accept": 5, name: value}, server=SERVED)


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
