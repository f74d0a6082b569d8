"""Signing in to the page with an API key; the browser then holds a session in its place."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from service.access.caller import Caller
from service.access.keys import digest_of, find_key, open_session
from service.access.trail import note
from service.api.access import COOKIE, Doorkeeper, ServicesDep
from service.database import Session
from service.page.environment import rendered
from service.problems import Problem
from service.receiving.body import whole_body
from service.services import Services

SESSION_S = 12 * 3600
_MOST_FORM_BYTES = 4096


class SignInFirst(Exception):  # noqa: N818 - not a fault: a way to the door
    """Nobody is signed in."""


async def person_of(request: Request) -> Caller:
    """Whoever is signed in and may read; SignInFirst for nobody."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    caller = await doorkeeper.caller(None, request.cookies.get(COOKIE))
    if caller is None:
        raise SignInFirst
    if "read" not in caller.scopes:
        raise Problem(403, "scope", "this key has no scope 'read'", scope="read")
    return caller


Person = Annotated[Caller, Depends(person_of)]


def ask(services: ServicesDep) -> Response:
    """The form to sign in."""
    return rendered(services, "sign_in.html.j2", None, fault="")


async def sign_in(request: Request, services: ServicesDep) -> Response:
    """Exchanges a key for a session."""
    secret = await _key_in(request)
    token = await run_in_threadpool(_session, services, secret)
    if token is None:
        fault = "That key is not on file, or its time is over."
        return await run_in_threadpool(rendered, services, "sign_in.html.j2", None, status=401, fault=fault)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=SESSION_S, httponly=True, samesite="strict", secure=secure, path="/")
    return answer


async def sign_out(request: Request, services: ServicesDep) -> Response:
    """Ends the session."""
    token = request.cookies.get(COOKIE)
    if token:
        await run_in_threadpool(_forget, services, token)
        request.app.state.doorkeeper.forget(token)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


async def _key_in(request: Request) -> str:
    body = await whole_body(request, _MOST_FORM_BYTES)
    return parse_qs(body.decode("ascii", "replace")).get("key", [""])[0].strip()


def _session(services: Services, secret: str) -> str | None:
    with services.database.writing() as connection:
        caller = find_key(connection, secret)
        if caller is None or caller.key_id is None:
            return None
        note(connection, caller.actor, caller.collector_id, "sign in", caller.key_id)
        return open_session(connection, caller.key_id, SESSION_S)


def _forget(services: Services, token: str) -> None:
    with services.database.writing() as connection:
        connection.execute(Session.__table__.delete().where(Session.digest == digest_of(token)))  # type: ignore[attr-defined]
