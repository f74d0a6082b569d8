"""Who is asking, held to the scopes that a route needs."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool

from service.access.caller import OPEN_COLLECTOR, SCOPES, Caller
from service.access.keys import collector_named, digest_of, find_key, find_session
from service.api.parameters import check_parameters
from service.problems import Problem
from service.services import Services

COOKIE = "copcheck_session"
PAGE_HEADER = "X-Copcheck-Page"
_REMEMBER_S = 1.0
_MOST_REMEMBERED = 4096
_bearer = HTTPBearer(auto_error=False, description="An API key, made by `copcheck keys create`.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The page's own session.")


class Doorkeeper:
    """Finds callers, and remembers each for a second: a revoked key opens nothing for longer than that."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._remembered: dict[str, tuple[Caller, float]] = {}
        self._open: Caller | None = None

    async def caller(self, key: str | None, session: str | None) -> Caller | None:
        """Whose key or session it is, or everyone where the service is open; None for neither."""
        if self._services.settings.open_on_loopback:
            self._open = self._open or await run_in_threadpool(self._everyone)
            return self._open
        secret = key if key is not None else session
        if secret is None:
            return None
        digest = digest_of(secret)
        known = self._remembered.get(digest)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        found = await run_in_threadpool(self._found, key, session)
        self._remembered.pop(digest, None)
        if found is not None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[digest] = (found, time.monotonic() + _REMEMBER_S)
        return found

    def forget(self, secret: str) -> None:
        """Looks a session up anew when it next comes, as it has ended."""
        self._remembered.pop(digest_of(secret), None)

    def _found(self, key: str | None, session: str | None) -> Caller | None:
        with self._services.database.reading() as connection:
            if key is not None:
                return find_key(connection, key)
            return find_session(connection, session or "")

    def _everyone(self) -> Caller:
        with self._services.database.writing() as connection:
            collector_id = collector_named(connection, OPEN_COLLECTOR)
        return Caller(collector_id, OPEN_COLLECTOR, None, frozenset(SCOPES))


def services_of(request: Request) -> Services:
    """What the running service is made of."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]


async def caller_of(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    session: Annotated[str | None, Depends(_cookie)],
) -> Caller:
    """The caller of a request; Problem 401 where there is none, 403 where another site's page sent it."""
    return await _known(request, bearer.credentials if bearer else None, session)


async def identified(request: Request) -> Caller:
    """The same before any dependency is solved."""
    scheme, key = get_authorization_scheme_param(request.headers.get("authorization"))
    bearer = key if scheme.lower() == "bearer" and key else None
    return await _known(request, bearer, request.cookies.get(COOKIE))


async def submitter_of(request: Request) -> Caller:
    """The same for a route that solves no dependencies: the caller, who may submit."""
    return _held_to("submit", await identified(request))


async def _known(request: Request, key: str | None, session: str | None) -> Caller:
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    caller = await doorkeeper.caller(key, session)
    if caller is None:
        raise Problem(
            401, "no-key", "send a valid key as Authorization: Bearer ...", headers={"WWW-Authenticate": "Bearer"}
        )
    if key is None:
        _refuse_other_sites(request)
    structlog.contextvars.bind_contextvars(actor=caller.actor, collector=caller.collector)
    return caller


def _refuse_other_sites(request: Request) -> None:
    """A browser sends the cookie, and reaches a loopback address, for any page: only our own may change things."""
    if request.method in ("GET", "HEAD") or PAGE_HEADER in request.headers:
        return
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin") or "origin" in request.headers:
        raise Problem(403, "another-site", "only this service's own page may do this without a key")


def needs(scope: str) -> Callable[..., Coroutine[Any, Any, Caller]]:
    """A dependency that gives the caller, or Problem 403 where its key lacks the scope.

    Every route that asks for one of these refuses parameters that it does not have.
    """

    async def allowed(request: Request, caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        held = _held_to(scope, caller)
        # Only now: whoever has no key is told of nothing else.
        check_parameters(request)
        return held

    return allowed


def _held_to(scope: str, caller: Caller) -> Caller:
    if scope not in caller.scopes:
        raise Problem(403, "scope", f"this key has no scope {scope!r}", scope=scope)
    return caller


Submitter = Annotated[Caller, Depends(needs("submit"))]
Reader = Annotated[Caller, Depends(needs("read"))]
Registrar = Annotated[Caller, Depends(needs("registry"))]
Administrator = Annotated[Caller, Depends(needs("admin"))]


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether a host name or address, with or without a port, is this machine's own."""
    bare = host.rsplit(":", 1)[0] if host.count(":") == 1 or (host.startswith("[") and "]:" in host) else host
    bare = bare.strip("[]")
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False
