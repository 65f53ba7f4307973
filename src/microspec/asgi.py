"""Middleware for ASGI servers: `microspec.server.Gate` in front of an application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .server.errors import Refused
from .server.front import Front

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping

    from .server.admitted import Admitted

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Any, Any, Any], Awaitable[None]]


class MicroversionMiddleware(Front["Application"]):
    """Lets only those requests to an application through that an operation of the service accepts.

    The scope of these has ``compute.microversion`` (a `Version`; the name begins with the type of the service) and
    ``microspec.admitted`` (an `Admitted`). Their answers get the headers of the version. If the gate checks answers,
    each is held back until it is complete.

    `prefix` is the beginning of the paths of the service, or several; requests to other paths go through untouched. If
    `unknown` is ``pass``, so do requests to paths that the specification does not know. All other options are those of
    `Gate`.
    """

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        method = scope.get("method", "")
        below = self._below(method, _path(scope)) if scope["type"] == "http" else None
        if below is None:
            await self._app(scope, receive, send)
            return
        try:
            body = None
            if self.gate.reads_body(method):
                body = await self._body(scope, receive)
                if body is None:
                    return  # the client has gone
                receive = _again(body, receive)
            admitted = self.gate.admit(method, below, scope["headers"], scope.get("query_string", b""), body)
        except Refused as refused:
            await _send(send, refused.status, refused.headers, refused.body)
            return
        scope = {**scope, self._version_key: admitted.version, "microspec.admitted": admitted}
        await self._app(scope, receive, self._answering(admitted, send))

    async def _body(self, scope: Message, receive: Receive) -> bytes | None:
        """The body of a request; None if it ends too early. Raises `Refused` if it is too large."""
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > self.gate.max_body:
                raise self.gate.too_large()
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return None
            part = message.get("body", b"")
            size += len(part)
            if size > self.gate.max_body:
                raise self.gate.too_large()
            parts.append(part)
            more = message.get("more_body", False)
        return b"".join(parts)

    def _answering(self, admitted: Admitted, send: Send) -> Send:
        """Sends an answer of the application, with the headers of the version."""
        if self.gate.reads_answers:
            return self._checking(admitted, send)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self.gate.with_version(admitted, _text(message.get("headers", ())))
                message = {**message, "headers": _bytes(headers)}
            await send(message)

        return sent

    def _checking(self, admitted: Admitted, send: Send) -> Send:
        """Sends an answer of the application when it is complete and checked."""
        start: Message = {}
        parts: list[bytes] = []

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    headers = _text(start.get("headers", ()))
                    await _send(send, *self.gate.answer(admitted, start["status"], headers, b"".join(parts)))
            else:
                await send(message)

        return sent


def _path(scope: Message) -> str:
    """The path of a request below that of the application."""
    path: str = scope["path"]
    root = scope.get("root_path", "").rstrip("/")
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read once more, and then whatever comes."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return messages.pop() if messages else await receive()

    return received


async def _send(send: Send, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _bytes(headers)})
    await send({"type": "http.response.body", "body": body})


def _text(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def _bytes(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
