"""The middleware for WSGI and ASGI, besides what `test_servers` shows: streams, limits, and requests of others."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

import microspec
from microspec import UnknownName, asgi, wsgi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BODY = json.dumps({"keypair": {"name": "a"}}).encode()

POST: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/v2.1/os-keypairs", "CONTENT_TYPE": "application/json"}

ANSWER = {"keypair": {"name": "a", "fingerprint": "f", "public_key": "k", "user_id": "u", "private_key": "p"}}


class Closing:
    """The answer of a WSGI application, which has to be closed."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts, self.is_closed = parts, False

    def __iter__(self) -> Any:
        return iter(self.parts)

    def close(self) -> None:
        self.is_closed = True


def answering(body: bytes = b"", status: str = "200 Fine", seen: list[Any] | None = None) -> Any:
    """A WSGI application that reads the body of each request, and gives one answer."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if seen is not None:
            seen.append((environ.get("microspec.admitted"), environ["wsgi.input"].read()))
        start_response(status, [("Content-Type", "application/json")])
        return [body]

    return app


def called(app: Any, environ: dict[str, Any], body: bytes = b"") -> tuple[str, dict[str, str], bytes]:
    """The answer of a WSGI application."""
    started: list[Any] = []
    parts = app({"wsgi.input": BytesIO(body), **environ}, lambda *given: started.append(given))
    content = b"".join(parts)
    ((status, headers),) = started
    return status, dict(headers), content


# ---------------------------------------------------------------------------------------------------------- WSGI


@pytest.mark.parametrize(
    "more",
    [{"CONTENT_LENGTH": str(len(BODY))}, {"HTTP_TRANSFER_ENCODING": "chunked"}, {"wsgi.input_terminated": True}],
    ids=["with a length", "in chunks", "of a server that ends it"],
)
def test_the_application_can_read_the_body_again(more: dict[str, Any]) -> None:
    seen: list[Any] = []
    app = wsgi.MicroversionMiddleware(answering(seen=seen), microspec.load(), prefix="/v2.1")
    assert called(app, {**POST, **more}, BODY)[0] == "200 Fine"
    ((admitted, body),) = seen
    assert (admitted.body, body) == (json.loads(BODY), BODY)


def test_a_body_without_a_length_is_none() -> None:
    app = wsgi.MicroversionMiddleware(answering(), microspec.load(), prefix="/v2.1")
    assert called(app, POST, BODY)[0] == "400 Bad Request"


@pytest.mark.parametrize("more", [{"CONTENT_LENGTH": "100"}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_no_more_of_a_body_is_read_than_is_admitted(more: dict[str, Any]) -> None:
    stream = BytesIO(b" " * 100)
    app = wsgi.MicroversionMiddleware(answering(), microspec.load(), prefix="/v2.1", max_body=50)
    status, headers, body = called(app, {**POST, **more, "wsgi.input": stream})
    assert (status, headers["Content-Type"]) == ("413 Content Too Large", "application/json")
    assert json.loads(body)["overLimit"]["message"] == "the body is larger than 50 bytes"
    assert stream.tell() <= 51


def test_requests_of_others_go_through_untouched() -> None:
    seen: list[Any] = []
    compute = microspec.load()
    app = wsgi.MicroversionMiddleware(answering(seen=seen), compute, prefix=("/v2.1", "/compute/"), unknown="pass")
    for path in ("/", "/v2", "/v2.10/servers", "/compute2", "/v2.1/nothing", "/compute/nothing/é"):
        sent = path.encode().decode("latin-1")
        assert "OpenStack-API-Version" not in called(app, {"REQUEST_METHOD": "GET", "PATH_INFO": sent})[1]
    for path in ("/v2.1", "/v2.1/", "/compute/servers", "/v2.1/servers/é"):
        sent = path.encode().decode("latin-1")
        called(app, {"REQUEST_METHOD": "GET", "PATH_INFO": sent})
    keys = [admitted and admitted.operation.key for admitted, _ in seen]
    assert keys == [None] * 6 + ["GET /", "GET /", "GET /servers", "GET /servers/{server_id}"]
    assert seen[-1][0].path_parameters == {"server_id": "é"}
    with pytest.raises(UnknownName):
        wsgi.MicroversionMiddleware(answering(), compute, unknown="ignore")  # type: ignore[arg-type]


def test_a_checked_answer_is_read_to_its_end_and_closed() -> None:
    answer = Closing([json.dumps(ANSWER).encode()[5:]])

    def app(_: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        write = start_response("200 Fine", [("Content-Type", "application/json")])
        write(json.dumps(ANSWER).encode()[:5])
        return answer

    checking = wsgi.MicroversionMiddleware(app, microspec.load(), prefix="/v2.1", answers="error")
    status, headers, body = called(checking, {**POST, "CONTENT_LENGTH": str(len(BODY))}, BODY)
    assert (status, json.loads(body), headers["Content-Length"]) == ("200 Fine", ANSWER, str(len(body)))
    assert answer.is_closed


def test_an_answer_that_is_wrong_is_a_500() -> None:
    app = wsgi.MicroversionMiddleware(answering(b"{}"), microspec.load(), prefix="/v2.1", answers="error")
    status, headers, body = called(app, {**POST, "CONTENT_LENGTH": str(len(BODY))}, BODY)
    assert (status, list(json.loads(body))) == ("500 Internal Server Error", ["computeFault"])
    assert headers["OpenStack-API-Version"] == "compute 2.1"


# ---------------------------------------------------------------------------------------------------------- ASGI


def run(
    app: Any, scope: dict[str, Any], parts: Iterable[bytes] = (b"",), end: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """What an ASGI application sends for a request whose body comes in parts."""
    sent: list[dict[str, Any]] = []
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append(end or {"type": "http.request"})

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app({"type": "http", "headers": [], "query_string": b"", **scope}, receive, send))
    return sent


def echoing(seen: list[Any], *messages: dict[str, Any]) -> Callable[..., Any]:
    """An ASGI application that reads its messages, and sends some."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append((scope.get("microspec.admitted"), await receive(), await receive()))
        for message in messages:
            await send(message)

    return app


START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
KEYPAIRS = {"method": "POST", "path": "/v2.1/os-keypairs"}


def test_a_body_in_parts_is_read_once_and_given_whole() -> None:
    seen: list[Any] = []
    app = asgi.MicroversionMiddleware(echoing(seen, START), microspec.load(), prefix="/v2.1")
    ((start),) = run(app, KEYPAIRS, [BODY[:5], BODY[5:]])
    assert (b"openstack-api-version", b"compute 2.1") in start["headers"]
    ((admitted, first, second),) = seen
    assert admitted.body == json.loads(BODY)
    assert (first["body"], first["more_body"], second["type"]) == (BODY, False, "http.disconnect")


@pytest.mark.parametrize("headers", [[(b"content-length", b"100")], []], ids=["with a length", "in parts"])
def test_a_large_body_is_refused_before_its_end(headers: list[Any]) -> None:
    seen: list[Any] = []
    app = asgi.MicroversionMiddleware(echoing(seen), microspec.load(), prefix="/v2.1", max_body=50)
    start, body = run(app, {**KEYPAIRS, "headers": headers}, [b" " * 40] * 5)
    assert (start["status"], seen) == (413, [])
    assert "overLimit" in json.loads(body["body"])


def test_a_client_that_goes_gets_no_answer() -> None:
    seen: list[Any] = []
    app = asgi.MicroversionMiddleware(echoing(seen, START), microspec.load(), prefix="/v2.1")
    assert run(app, KEYPAIRS, [BODY[:5]], {"type": "http.disconnect"}) == []
    assert seen == []


def test_other_scopes_and_paths_go_through_untouched() -> None:
    seen: list[Any] = []
    app = asgi.MicroversionMiddleware(echoing(seen, START), microspec.load(), prefix="/v2.1", unknown="pass")
    others = [{"type": "lifespan"}, {"method": "GET", "path": "/healthz"}, {"method": "GET", "path": "/v2.1/nothing"}]
    for scope in others:
        assert run(app, scope) == [START]
    mounted = {"method": "GET", "path": "/compute/v2.1/servers", "root_path": "/compute"}
    (start,) = run(app, mounted)
    assert (b"vary", b"OpenStack-API-Version") in start["headers"]
    assert [admitted is not None for admitted, _, _ in seen] == [False, False, False, True]


def test_a_checked_answer_is_sent_when_it_is_complete() -> None:
    content = json.dumps({**ANSWER, "more": 1}).encode()
    parts: list[dict[str, Any]] = [
        {"type": "http.response.body", "body": content[:9], "more_body": True},
        {"type": "http.response.body", "body": content[9:]},
    ]
    other = {"type": "http.response.debug"}
    app = asgi.MicroversionMiddleware(
        echoing([], START, other, *parts), microspec.load(), prefix="/v2.1", answers="prune"
    )
    first, start, body = run(app, KEYPAIRS, [BODY])
    assert (first, start["status"], json.loads(body["body"])) == (other, 200, ANSWER)
    assert (b"content-length", str(len(body["body"])).encode()) in start["headers"]
