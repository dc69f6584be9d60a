"""What is looked at before a request is taken seriously: its token and its size."""

import hmac
from collections.abc import Sequence

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class TooMuch(Exception):  # noqa: N818 - no error for a person: it never leaves this file
    """The body is longer than its header said, or has none and never ends."""


class Guard:
    """Refuses requests without the token (401) and bodies that are too long (413), before they are read.

    Args:
        app: What it stands in front of.
        token: Empty if none is needed.
        max_bytes: Largest body.
        open_paths: Need no token.
    """

    def __init__(self, app: ASGIApp, token: str, max_bytes: int, open_paths: Sequence[str]) -> None:
        self._app = app
        self._token = token.encode()
        self._max = max_bytes
        self._open = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if (
            self._token
            and scope["path"] not in self._open
            and not self._knows(headers.get(b"authorization", b""))
        ):
            said = _refuse(
                401, "unauthorized", "The token is missing or wrong. Send: Authorization: Bearer TOKEN."
            )
            said.headers["WWW-Authenticate"] = "Bearer"
            await said(scope, receive, send)
            return
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._max:
            await self._refuse_size(scope, receive, send)
            return
        await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken, started = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max:
                raise TooMuch
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except TooMuch:
            if not started:
                await self._refuse_size(scope, receive, send)

    async def _refuse_size(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = f"The upload has more than {self._max / 1024**2:g} MiB. Split it, or raise --max-upload."
        await _refuse(413, "too_large", message)(scope, receive, send)

    def _knows(self, presented: bytes) -> bool:
        kind, _, token = presented.partition(b" ")
        return kind.lower() == b"bearer" and hmac.compare_digest(token, self._token)


def _refuse(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status, {"Connection": "close"})
