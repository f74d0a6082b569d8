"""What the service judges by: its checks, CoP Issues, limits and approvals, and what they say of a meter."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.api.access import ServicesDep, needs
from service.api.json_bodies import KeyFirstRoute
from service.api.submissions import PROBLEMS
from service.problems import not_found
from validator.catalogue import CATALOGUE
from validator.regulation import Regulation
from validator.regulation.asking import Answer, Asked, answers_to
from validator.report.certification import MEANINGS

MOST_ANSWERS = 500
router = APIRouter(prefix="/v1", tags=["regulation"], dependencies=[Depends(needs("read"))], route_class=KeyFirstRoute)
Cop = Annotated[str | None, Query(max_length=8, description="Code of Practice.")]
Issue = Annotated[int | None, Query(ge=1, le=999, description="Issue of the Code of Practice.")]


class Question(BaseModel):
    """A meter, and the CoP Issue and settlement date that it is asked about; blank is every one on file."""

    model_config = ConfigDict(extra="forbid")
    meter_type: str = Field(max_length=100)
    firmware: str = Field(max_length=100, description="The exact string.")
    on: date | None = Field(default=None, description="Settlement date; today unless told.")
    variant: str | None = Field(default=None, max_length=100)
    cop: str | None = Field(default=None, max_length=8)
    issue: int | None = Field(default=None, ge=1, le=999)
    first_registered_on: date | None = None
    installed_on: date | None = None
    mpan_core: str | None = Field(default=None, max_length=20, description="For a dispensation of its own.")

    @model_validator(mode="after")
    def _issue_of_a_cop(self) -> Self:
        if self.issue is not None and not self.cop:
            raise ValueError("an Issue needs its Code of Practice")
        return self


@router.get("/checks", responses=PROBLEMS)
def checks() -> dict[str, Any]:
    """The catalogue of checks."""
    names = ("bit", "code", "title", "family", "scope", "outcome", "next_action")
    return {"checks": [{name: getattr(check, name) for name in names} for check in CATALOGUE]}


@router.get("/cops", responses=PROBLEMS)
def cops(services: ServicesDep) -> dict[str, Any]:
    """The CoP Issues on file, with their dates in force."""
    tables = services.regulations.today
    names = ("cop", "issue", "title", "in_force_from", "in_force_to", "committees", "source", "status")
    rows = [{name: getattr(row, name) for name in names} for row in tables.cop_issues]
    return {"regulation": tables.hash, "cops": rows}


@router.get("/limits", responses=PROBLEMS)
def limits(services: ServicesDep, cop: Cop = None, issue: Issue = None) -> dict[str, Any]:
    """The limits of each CoP Issue, inherited ones included, with source and status."""
    tables = services.regulations.today
    wanted = [row for row in tables.cop_issues if cop in (None, row.cop) and issue in (None, row.issue)]
    if not wanted:
        raise not_found("CoP Issue")
    rows = [row for on in wanted for row in _limits(tables, on.cop, on.issue)]
    return {"regulation": tables.hash, "limits": rows}


@router.get("/approvals", responses=PROBLEMS)
def approvals(
    services: ServicesDep,
    meter_type: Annotated[str | None, Query(max_length=100)] = None,
    cop: Cop = None,
    issue: Issue = None,
) -> dict[str, Any]:
    """The approvals on file: meter type, variant and exact firmware, by CoP and Issue."""
    tables = services.regulations.today
    rows = [
        {name: value for name, value in asdict(row).items() if name != "origin"}
        for row in tables.approvals
        if meter_type in (None, row.meter_type) and cop in (None, row.cop) and issue in (None, row.issue)
    ]
    return {"regulation": tables.hash, "approvals": rows}


@router.post("/approvals/decide", responses=PROBLEMS)
def decide(services: ServicesDep, asked: Question) -> dict[str, Any]:
    """Which CoP Issue governs a meter, and whether it is certified for that Issue on a date."""
    return decision(services.regulations.today, asked)


def decision(tables: Regulation, asked: Question) -> dict[str, Any]:
    """The answers to a question, one for each variant and CoP Issue asked about, with what they rest on."""
    answers = answers_to(Asked(**asked.model_dump() | {"on": asked.on or datetime.now(UTC).date()}), tables)
    return {"regulation": tables.hash, "answers": [_answer(tables, answer) for answer in answers[:MOST_ANSWERS]]}


def _answer(tables: Regulation, answer: Answer) -> dict[str, Any]:
    made = answer.decision
    told = asdict(answer) | {"word": answer.word, "meaning": MEANINGS.get(answer.word, "no CoP Issue governs it")}
    return told | {"list_complete": tables.list_complete(None, answer.meter_type) if made else None}


def _limits(tables: Regulation, cop: str, issue: int) -> list[dict[str, Any]]:
    on = tables.limits_for(cop, issue)
    place = {"cop": cop, "issue": issue}
    plain = ("text", "unit", "from_issue", "source", "status", "may_fail", "note")
    rows = [place | {"limit": row.name} | {name: getattr(row, name) for name in plain} for row in on.all()]
    banded = ("load_from_pct", "load_to_pct", "load_to_inclusive", "power_factor", "limit_pct", *plain[2:])
    for energy in ("active", "reactive"):
        for band in on.accuracy(energy):
            named = place | {"limit": "accuracy", "energy": energy, "unit": "%"}
            rows.append(named | {name: getattr(band, name) for name in banded})
    return rows
