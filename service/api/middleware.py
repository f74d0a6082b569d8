"""Around every request: an id, a line in the log, its time, and headers that keep browsers strict."""

from __future__ import annotations

import re
import time
from functools import lru_cache

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.access import is_loopback
from service.api.faults import problem_response
from service.identity import new_request_id
from service.metrics import REQUEST_SECONDS
from service.problems import Problem

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_STRICT = (
    (b"content-security-policy", CONTENT_POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = ("/healthz", "/readyz", "/metrics")
_timed = lru_cache(maxsize=1024)(REQUEST_SECONDS.labels)
log = structlog.get_logger("copcheck.access")


class Surroundings:
    """Binds the request's id to the log, times the answer, and tells both."""

    def __init__(self, app: ASGIApp, loopback_only: bool) -> None:
        self.app = app
        self._loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        said = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = said if _REQUEST_ID.fullmatch(said) else new_request_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        began, status = time.perf_counter(), 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message["headers"]
                named = {name.lower() for name, _ in given}
                strict = [header for header in _STRICT if header[0] not in named]
                message["headers"] = [*given, (b"x-request-id", request_id.encode("ascii")), *strict]
            await send(message)

        try:
            if self._loopback_only and not is_loopback(headers.get(b"host", b"localhost").decode("latin-1")):
                # A name that an attacker points at this machine must not reach a service without keys.
                refused = problem_response(Problem(403, "not-loopback", "without keys, only by a loopback address"))
                await refused(scope, receive, tell)
            else:
                await self.app(scope, receive, tell)
        finally:
            self._tell(scope, status, time.perf_counter() - began)

    def _tell(self, scope: Scope, status: int, wall_s: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        _timed(scope["method"] if status != 405 else "other", route, str(status)).observe(wall_s)
        if scope["path"] not in _QUIET:
            # The path without its query: a query may name meters.
            log.info("request", method=scope["method"], path=scope["path"], status=status, seconds=round(wall_s, 4))
