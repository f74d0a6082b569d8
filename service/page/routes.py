"""The page's routes; what changes things goes through the interface under /v1, from page.js."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, FastAPI, Query, Request
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

import validator.report
from service.api.access import ServicesDep
from service.api.regulation import decision
from service.api.submissions import SubmissionId
from service.database import Mapping, Standing
from service.page.asked import Asked
from service.page.environment import rendered
from service.page.findings import Wanted, chosen_findings
from service.page.sign_in import Person, SignInFirst, ask, sign_in, sign_out
from service.problems import not_found
from service.results.restore import Restored
from service.results.submissions import Held, on_record, page, shape
from service.results.tables import MEDIA_TYPES
from validator.catalogue import CATALOGUE
from validator.readings.formats import FORMATS
from validator.report import words
from validator.report.morning import morning_list
from validator.report.page import ALIKE_SHOWN, headline
from validator.report.plots import figure_of

router = APIRouter(include_in_schema=False)
LISTED = 30
MORNING_ITEMS, MORNING_SHOWN = 30, 10
_STATIC = Path(__file__).parent / "static"
_REPORT_STYLE = Path(validator.report.__file__).parent / "templates" / "style.css"


def add_page(app: FastAPI) -> None:
    """Puts the page on the service."""
    router.add_api_route("/sign-in", ask, methods=["GET"])
    router.add_api_route("/sign-in", sign_in, methods=["POST"])
    router.add_api_route("/sign-out", sign_out, methods=["POST"])
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")

    async def to_the_door(_: Request, __: Exception) -> Response:
        # htmx follows this header by loading the whole page anew.
        return RedirectResponse("/sign-in", 303, {"HX-Redirect": "/sign-in"})

    app.add_exception_handler(SignInFirst, to_the_door)


@router.get("/")
def front(services: ServicesDep, person: Person) -> Response:
    """Where a file is dropped, and what came before."""
    with services.database.reading() as connection:
        held, following = page(connection, person.collector_id, None, LISTED)
        newest = select(Standing.name, Standing.rows).where(Standing.collector_id == person.collector_id)
        standing = connection.execute(newest.order_by(Standing.id.desc()).limit(1)).one_or_none()
        ours = select(Mapping.id, Mapping.name).where(Mapping.collector_id == person.collector_id)
        mappings = connection.execute(ours.order_by(Mapping.id.desc()).limit(LISTED)).all()
    return rendered(
        services, "front.html.j2", person, submissions=[shape(one) for one in held], following=following,
        standing=standing, mappings=mappings, formats=FORMATS, at_work=_at_work(held),
    )  # fmt: skip


@router.get("/submissions")
def listed(
    services: ServicesDep, person: Person, cursor: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None
) -> Response:
    """The list of submissions, as a part of the page."""
    with services.database.reading() as connection:
        held, following = page(connection, person.collector_id, cursor, LISTED)
    shapes, at_work = [shape(one) for one in held], cursor is None and _at_work(held)
    return rendered(services, "listed.html.j2", person, submissions=shapes, following=following, at_work=at_work)


@router.get("/submissions/{submission_id}")
def one(request: Request, services: ServicesDep, person: Person, submission_id: SubmissionId) -> Response:
    """One submission: its headline, its morning list and its findings."""
    held = on_record(services.database, person.collector_id, submission_id)
    told: dict[str, Any] = {"submission": shape(held), "forms": list(MEDIA_TYPES)}
    if held.run.state != "done" or held.submission.kept != "online":
        return rendered(services, "unjudged.html.j2", person, **told)
    restored = _restored(request, held)
    return rendered(
        services, "submission.html.j2", person, regulation=restored.regulation, counts=restored.counts,
        headline=headline(restored.counts), morning=morning_list(restored.index, restored.regulation, MORNING_ITEMS),
        morning_shown=MORNING_SHOWN, alike_shown=ALIKE_SHOWN, bar=_bar(restored.counts.outcomes),
        checks=[check for check in CATALOGUE if check.code in held.result()["checks"]],
        **_findings(restored, Wanted()), **told,
    )  # fmt: skip


@router.get("/submissions/{submission_id}/findings")
def findings(
    request: Request, services: ServicesDep, person: Person, submission_id: SubmissionId,
    wanted: Annotated[Wanted, Query()],
) -> Response:  # fmt: skip
    """The findings that a person asked for, as a part of the page."""
    held = on_record(services.database, person.collector_id, submission_id)
    restored = _restored(request, held)
    told = _findings(restored, wanted)
    return rendered(
        services, "findings.html.j2", person, regulation=restored.regulation, submission=shape(held), **told
    )


@router.get("/submissions/{submission_id}/plots/{at}")
def plot(request: Request, services: ServicesDep, person: Person, submission_id: SubmissionId, at: int) -> Response:
    """The plot of one finding with its limit drawn in, as a part of the page."""
    held = on_record(services.database, person.collector_id, submission_id)
    restored = _restored(request, held)
    if not 0 <= at < len(restored.index.finding_row):
        raise not_found("finding")
    figure = figure_of(restored.index, restored.regulation, at, f"finding{at}")
    finding = restored.index.finding(at)
    return rendered(
        services, "plot.html.j2", person, regulation=restored.regulation, figure=figure, finding=finding, at=at
    )


@router.get("/approvals")
def approvals(services: ServicesDep, person: Person) -> Response:
    """The approvals on file, with a box to ask about a meter."""
    rows = services.regulations.today.approvals
    cops = sorted({row.cop for row in services.regulations.today.cop_issues}, key=lambda cop: (len(cop), cop))
    return rendered(services, "approvals.html.j2", person, approvals=rows, cops=cops)


@router.get("/approvals/decide")
def decide(services: ServicesDep, person: Person, asked: Annotated[Asked, Query()]) -> Response:
    """What the tables say of a meter, as a part of the page."""
    return rendered(services, "decided.html.j2", person, told=decision(services.regulations.today, asked))


@router.get("/report.css")
def report_style() -> Response:
    """The report's own styles, which the page builds on."""
    return Response(_REPORT_STYLE.read_bytes(), headers={"Cache-Control": "max-age=3600"}, media_type="text/css")


def _restored(request: Request, held: Held) -> Restored:
    restored: Restored = request.app.state.restorer.get(held)
    return restored


def _findings(restored: Restored, wanted: Wanted) -> dict[str, Any]:
    places, in_all = chosen_findings(restored.index, wanted)
    rows = restored.index.validation.findings.take(places).to_pylist()
    following = wanted.start + len(rows) if wanted.start + len(rows) < in_all else None
    return {
        "findings": list(zip(np.asarray(places).tolist(), rows, strict=True)),
        "findings_in_all": in_all, "wanted": wanted, "following": following,
    }  # fmt: skip


def _at_work(held: list[Held]) -> bool:
    return any(one.run.state in ("queued", "running") for one in held)


def _bar(outcomes: dict[str, int]) -> list[tuple[str, float, float]]:
    """Outcome, place and width of each part of the bar, in per cent."""
    total, place, parts = sum(outcomes.values()) or 1, 0.0, []
    for outcome in words.WORST_FIRST:
        width = 100.0 * outcomes[outcome] / total
        if width:
            parts.append((outcome, round(place, 3), round(width, 3)))
        place += width
    return parts
