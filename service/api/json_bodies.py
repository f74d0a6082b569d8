"""Bodies in JSON: read for whoever has a key and for nobody else, and only so much of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from service.api.access import identified
from service.problems import Problem
from service.receiving.body import whole_body

MOST_JSON_BYTES = 1024 * 1024
MEDIA_TYPE = "application/json"


class KeyFirstRoute(APIRoute):
    """A route that looks at the key before the body.

    FastAPI reads and parses a body before it solves dependencies, of which the caller is one: anyone could have the
    service hold as much as they send.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """How a request of this route is answered."""
        answered = super().get_route_handler()
        if self.body_field is None:
            return answered

        async def key_first(request: Request) -> Response:
            await identified(request)
            return await answered(await _read(request))

        return key_first


async def _read(request: Request) -> Request:
    """The request with its whole body at hand; Problem 413 where that is too large, 415 where it is not JSON."""
    body = await whole_body(request, MOST_JSON_BYTES)
    told = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if body and told not in ("", MEDIA_TYPE) and not told.endswith("+json"):
        # What curl says unless told otherwise: the body would be held to be a text, and the fault told of that.
        detail = f"media type {told!r}: send the body as {MEDIA_TYPE}, by -H 'Content-Type: {MEDIA_TYPE}' with curl"
        raise Problem(415, "unsupported-media-type", detail, accepted=[MEDIA_TYPE])
    if body and not told:
        request.scope["headers"] = [*request.scope["headers"], (b"content-type", MEDIA_TYPE.encode("ascii"))]
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return whole.pop() if whole else await request.receive()

    return Request(request.scope, receive)
