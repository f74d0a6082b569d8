"""POST /v1/submissions: from a request to its answer.

It is described to FastAPI in `service.api.submissions` and served without it: solving its dependencies took longer
than everything else that accepting a small submission takes.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from service.access.caller import Caller
from service.api.access import services_of, submitter_of
from service.api.inline import Inline
from service.problems import Problem
from service.receiving.apart import IntakeApart
from service.receiving.arrival import Arrival, Told, arrival_of
from service.receiving.asked import Asked, AskedInHeaders, asked_in, asked_of
from service.receiving.body import spooled
from service.receiving.intake import Intake
from service.receiving.mappings import mapping_named
from service.receiving.media import check_content, encoding_of, format_of
from service.results.submissions import Shown, on_record, shown
from service.services import Services
from service.spans import name_submission
from service.store import small

PATH = "/v1/submissions"
_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)\"?", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Posting:
    """The ASGI application of the route; what goes wrong is raised, and answered as it is for every other route."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        caller = await submitter_of(request)
        asked, headers = asked_of(scope["query_string"]), asked_in(request.headers)
        answered = await submitted(request, services_of(request), caller, asked, headers)
        await answered(scope, receive, send)


def posting_route() -> Route:
    """The route, to stand before those of FastAPI."""
    return Route(PATH, Posting(), methods=["POST"], include_in_schema=False)


async def submitted(
    request: Request, services: Services, caller: Caller, asked: Asked, headers: AskedInHeaders
) -> Response:
    """Takes a body in, and answers with its result or its place on record."""
    for text in (asked.name, asked.collector, asked.standing, headers.idempotency_key):
        if text is not None and _UNSAFE.search(text):
            raise Problem(422, "invalid-request", "names and keys hold no control characters")
    mapping = None
    if asked.mapping is not None:
        mapping = await run_in_threadpool(mapping_named, services.database, caller, asked.mapping)
    told = _told(request, asked, headers, mapping)
    settings = services.settings
    async with spooled(request, settings.spool, settings.most_body_bytes, settings.body_idle_s) as body:
        waits = body.size_bytes <= settings.sync_bytes and "respond-async" not in (headers.prefer or "").lower()

        def ready() -> Arrival:
            check_content(body, told.name, told.format, told.encoding)
            return arrival_of(services, caller, body, told, hold=waits)

        # A small body is in memory, and readied sooner than handed to another thread.
        arrival = ready() if body.size_bytes <= small.MOST_BYTES else await run_in_threadpool(ready)
        intake: Intake | IntakeApart = request.app.state.intake
        accepted = await intake.put(arrival)
    name_submission(accepted.submission_id)
    # The row is committed: what follows may be cut off at any moment, and the job will be done.
    replayed = {"Idempotency-Replayed": "true"} if accepted.repeated else {}
    if accepted.leased is not None:
        inline: Inline = request.app.state.inline
        await inline.wait(accepted.leased, settings.sync_wait_s)
    if accepted.leased is not None or accepted.shown is None:
        held = await run_in_threadpool(on_record, services.database, caller.collector_id, accepted.submission_id)
        return answer(shown(held), replayed)
    return answer(accepted.shown, replayed)


def answer(shown: Shown, headers: dict[str, str]) -> Response:
    """200 with a result, 202 without one yet, or the problem of a body that could not be read."""
    submission_id, state = shown.submission_id, shown.state
    if state in ("refused", "failed"):
        told = dict(shown.problem or {})
        raise Problem(
            int(told.pop("status", 500)),
            str(told.pop("type", "ours")).rsplit(":", 1)[-1],
            str(told.pop("detail", "")),
            headers=headers,
            submission=submission_id,
            **{name: value for name, value in told.items() if name not in ("title", "instance")},
        )
    place = {"Location": f"/v1/submissions/{submission_id}"}
    if state != "done":
        place |= {"Preference-Applied": "respond-async", "Retry-After": "1"}
    return Response(shown.content, 200 if state == "done" else 202, {**place, **headers}, "application/json")


def _told(request: Request, asked: Asked, headers: AskedInHeaders, mapping: dict[str, str] | None) -> Told:
    """What a request says of its body, in the words that stand on record."""
    return Told(
        name=_named(request, asked.name),
        media_type=(request.headers.get("content-type") or "")[:200] or None,
        encoding=encoding_of(request.headers.get("content-encoding")),
        format=format_of(request.headers.get("content-type"), asked.format),
        time_base=asked.time_base,
        collector=asked.collector,
        standing=asked.standing,
        known_on=None if asked.known_on is None else asked.known_on.isoformat(),
        idempotency_key=headers.idempotency_key,
        stamps=asked.stamps,
        channels=tuple(asked.channel),
        allow_test_data=asked.allow_test_data,
        lenient=asked.lenient,
        mapping=mapping,
    )


def _named(request: Request, name: str | None) -> str:
    """What to call a submission: as told, by the file it was, or plainly."""
    if name is None:
        found = _FILE_NAME.search(request.headers.get("content-disposition", ""))
        name = unquote(found.group(1)) if found else None
    bare = _UNSAFE.sub("", (name or "").replace("\\", "/").rsplit("/", 1)[-1]).strip()
    return bare[:200] or "submission"
