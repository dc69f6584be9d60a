"""The HTTP interface, built for a given reader; whoever runs it chooses address and limits."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ocrapp import __version__
from ocrapp.batch.model import ReadsPages
from ocrapp.errors import (
    CancelledError,
    DeviceUnavailableError,
    InputTooLargeError,
    InputUnsupportedError,
    ModelUnusableError,
    OcrappError,
    UsageError,
)
from ocrapp.export import FORMATS
from ocrapp.page import Page
from ocrapp.runtime import Cancel
from ocrapp.serve.guard import Guard
from ocrapp.sources import OpenOptions, PageImage, open_bytes

_TICK = 0.25
"""Seconds after which it shows that a client has gone, and the work for it ends."""
_MEDIA_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "hocr": "text/html; charset=utf-8",
}
"""Of the formats that hold any number of pages and need the upload no more when it was read."""
_STATUS: tuple[tuple[type[OcrappError], int], ...] = (
    (UsageError, 400),
    (InputTooLargeError, 413),
    (InputUnsupportedError, 415),
    (ModelUnusableError, 503),
    (DeviceUnavailableError, 503),
)
_UNREADABLE = 422


class BusyError(OcrappError):
    """More requests than can wait."""

    code = "busy"


class Error(BaseModel):
    """What happened and what to do; ``code`` is stable."""

    code: str
    message: str


class Problem(BaseModel):
    """Body of every answer that is no result."""

    error: Error


class Health(BaseModel):
    """That the server is there, and on what it reads."""

    version: str
    device: str
    formats: list[str]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Who may ask what.

    Attributes:
        token: What requests must present; empty if none is needed.
        hosts: Names under which the server may be addressed; ``*`` for any. On the loopback interface they keep
            pages in a browser from reaching it under a name of their own.
        max_bytes: Largest upload.
        jobs: Requests that are worked on at the same time.
        waiting: Requests that wait for their turn at most; others are refused.
    """

    token: str = ""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    max_bytes: int = 64 * 1024**2
    jobs: int = 2
    waiting: int = 16


@dataclass(frozen=True, slots=True)
class Wish:
    """How a client wants its upload read."""

    format_: str
    layout: str
    name: str
    opening: OpenOptions


class Desk:
    """Takes uploads, so many at a time, and ends what nobody waits for any more."""

    def __init__(self, reader: ReadsPages, options: ServeOptions) -> None:
        self._reader = reader
        self._turns = asyncio.Semaphore(options.jobs)
        self._most = options.jobs + options.waiting
        self._present = 0

    async def serve(self, request: Request, data: bytes, wish: Wish) -> bytes:
        """The result as a file.

        Raises:
            OcrappError: The upload cannot be read, or too many wait.
        """
        if self._present >= self._most:
            raise BusyError("Too many requests are waiting.", "Try again later.")
        self._present += 1
        try:
            async with self._turns:
                return await self._work(request, data, wish)
        finally:
            self._present -= 1

    async def _work(self, request: Request, data: bytes, wish: Wish) -> bytes:
        cancel = Cancel()
        task = asyncio.create_task(asyncio.to_thread(self._read, data, wish, cancel))
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=_TICK)
                if not task.done() and await request.is_disconnected():
                    cancel.cancel()
            return await task
        finally:
            cancel.cancel()  # the server is stopping

    def _read(self, data: bytes, wish: Wish, cancel: Cancel) -> bytes:
        pages = [self._page(image, wish, cancel) for image in open_bytes(data, wish.name, wish.opening)]
        return FORMATS[wish.format_].encode(pages)

    def _page(self, image: PageImage, wish: Wish, cancel: Cancel) -> Page:
        cancel.check()
        return self._reader.read(image, wish.layout, cancel)


def make_app(reader: ReadsPages, device: str, options: ServeOptions) -> FastAPI:
    """The application.

    Args:
        reader: Reads pages, called by ``options.jobs`` threads at the same time.
        device: Where it reads, for people.
        options: Who may ask what.
    """
    # No pages of documentation: they would load scripts from the network.
    app = FastAPI(title="ocrapp", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(Guard, token=options.token, max_bytes=options.max_bytes, open_paths=("/health",))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(options.hosts))
    desk = Desk(reader, options)
    _handle_errors(app)

    @app.get("/health", responses=_problems(400))
    async def health() -> Health:
        """Tells that the server is there; needs no token."""
        return Health(version=__version__, device=device, formats=list(_MEDIA_TYPES))

    @app.post(
        "/read",
        response_class=Response,
        responses=_results() | _problems(400, 401, 413, 415, 422, 500, 503),
        openapi_extra={"requestBody": _UPLOAD},
    )
    async def read(request: Request, wish: Annotated[Wish, Depends(_wish)]) -> Response:
        """Reads an image or document: its bytes are the body of the request."""
        body = await desk.serve(request, await request.body(), wish)
        return Response(body, media_type=_MEDIA_TYPES[wish.format_])

    return app


_UPLOAD = {
    "required": True,
    "description": "The file as it is.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def _wish(
    format_: Annotated[Literal["txt", "json", "jsonl", "csv", "tsv", "hocr"], Query(alias="format")] = "json",
    layout: Literal["auto", "line", "word"] = "auto",
    name: Annotated[str, Query(max_length=200, description="What to call the upload in results.")] = "upload",
    pages: Annotated[str | None, Query(max_length=200, description="For example 1-3,7.")] = None,
    dpi: Annotated[int, Query(ge=10, le=2400, description="At which PDF pages are read.")] = 200,
    password: Annotated[str | None, Query(max_length=200, description="Of an encrypted PDF.")] = None,
) -> Wish:
    return Wish(format_, layout, name, OpenOptions(pages=pages, password=password, dpi=dpi))


def _results() -> dict[int | str, dict[str, Any]]:
    media: dict[str, Any] = {kind.split(";")[0]: {"schema": {}} for kind in _MEDIA_TYPES.values()}
    return {200: {"description": "What was read, in the format asked for.", "content": media}}


def _problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    return {code: {"model": Problem} for code in codes}


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(OcrappError)
    async def told(_request: Request, error: OcrappError) -> Response:
        if isinstance(error, BusyError):
            return problem(503, error, {"Retry-After": "5"})
        if isinstance(error, CancelledError):  # nobody is there to see it
            return problem(503, error)
        return problem(next((code for kind, code in _STATUS if isinstance(error, kind)), _UNREADABLE), error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return problem(400, UsageError(f"{where}: {first['msg']}.", "Look it up in /openapi.json."))


def problem(status: int, error: OcrappError, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as an answer."""
    body = Problem(error=Error(code=error.code, message=str(error)))
    return JSONResponse(body.model_dump(), status, headers)
