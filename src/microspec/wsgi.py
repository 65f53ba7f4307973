"""Middleware for WSGI servers: `microspec.server.Gate` in front of an application."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from .server.errors import Refused
from .server.faults import phrase
from .server.front import Front

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from .server.admitted import Admitted

    Application = WSGIApplication


class MicroversionMiddleware(Front["Application"]):
    """Lets only those requests to an application through that an operation of the service accepts.

    The environ of these has ``compute.microversion`` (a `Version`; the name begins with the type of the service) and
    ``microspec.admitted`` (an `Admitted`), and the whole body can be read from ``wsgi.input``. Their answers get the
    headers of the version. If the gate checks answers, each is read to its end before it is sent.

    `prefix` is the beginning of the paths of the service, or several; requests to other paths go through untouched. If
    `unknown` is ``pass``, so do requests to paths that the specification does not know. All other options are those of
    `Gate`.
    """

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if not path.isascii():
            path = path.encode("latin-1").decode("utf-8", "surrogateescape")
        below = self._below(method, path)
        if below is None:
            return self._app(environ, start_response)
        try:
            body = self._body(environ) if self.gate.reads_body(method) else None
            admitted = self.gate.admit(method, below, environ, environ.get("QUERY_STRING", ""), body)
        except Refused as refused:
            start_response(_line(refused.status), [*refused.headers])
            return [refused.body]
        environ[self._version_key] = admitted.version
        environ["microspec.admitted"] = admitted
        if self.gate.reads_answers:
            return self._checked(admitted, environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, self.gate.with_version(admitted, headers), *error)

        return self._app(environ, start)

    def _body(self, environ: WSGIEnvironment) -> bytes:
        """The body of a request, which the application can read again. Raises `Refused` if it is too large."""
        most, length = self.gate.max_body, environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdigit():
            if int(length) > most:
                raise self.gate.too_large()
            body = environ["wsgi.input"].read(int(length))
        elif environ.get("HTTP_TRANSFER_ENCODING") or environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read(most + 1)
            if len(body) > most:
                raise self.gate.too_large()
        else:
            body = b""
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return body  # type: ignore[no-any-return]

    def _checked(self, admitted: Admitted, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the application, read to its end and checked."""
        parts: list[bytes] = []
        started: list[Any] = []

        def start(*given: Any) -> Any:
            started[:] = given
            return parts.append

        answer = self._app(environ, start)
        try:
            parts += answer
        finally:
            if hasattr(answer, "close"):
                answer.close()
        line, headers, *error = started
        before = int(line[:3])
        status, sent, body = self.gate.answer(admitted, before, headers, b"".join(parts))
        start_response(line if status == before else _line(status), sent, *error)
        return [body]


def _line(status: int) -> str:
    return f"{status} {phrase(status)}"
