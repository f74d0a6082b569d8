"""The JSON that the interface gives and takes."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["queued", "running", "done", "refused", "failed"]


class ProblemDetails(BaseModel):
    """RFC 9457. `line`, `row` and `column` say where the body is at fault, counted from 1."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None


class RunShape(BaseModel):
    """One validation of a submission."""

    number: int
    state: State
    attempts: int
    standing: str
    regulation: str = Field(description="SHA-256 of the regulation tables.")
    known_on: date | None
    created_at: str
    finished_at: str | None
    result: dict[str, Any] | None = Field(description="Counts, and the digests of the outputs.")
    problem: dict[str, Any] | None = Field(description="Why it was refused or set aside.")


class SubmissionShape(BaseModel):
    """One body as it was received, and its newest run."""

    id: str
    received_at: str
    name: str
    media_type: str | None
    encoding: str | None
    size_bytes: int
    sha256: str
    options: dict[str, Any]
    kept: Literal["online", "archived", "removed"]
    state: State
    runs: int
    run: RunShape
    links: dict[str, str]


class SubmissionPage(BaseModel):
    """Newest first; `next` is the cursor of the page after."""

    submissions: list[SubmissionShape]
    next: str | None


class RowPage(BaseModel):
    """Rows in the order of the submission; `next` is the cursor of the page after."""

    submission: str
    run: int
    rows: list[dict[str, Any]]
    next: str | None


class ReportedShape(BaseModel):
    """What a C0101 or C0541 reports; `next` is the cursor of the page after."""

    submission: str
    beside: str | None
    reported_exceptions: list[dict[str, Any]] = Field(description="Of a C0101: exceptional periods.")
    meter_statuses: list[dict[str, Any]] = Field(description="Of a C0541: what was reported of metering systems.")
    elsewhere: int = Field(description="Exceptions and statuses that are not about what came with `beside`.")
    next: int | None


class RerunRequest(BaseModel):
    """By which rules and standing data to judge again."""

    model_config = ConfigDict(extra="forbid")
    regulation: str = Field(
        default="today", pattern=r"^(today|[0-9a-f]{64})$", description="`today`, or the hash of a past run's."
    )
    known_on: date | None = Field(default=None, description="Judge by what was on record on this date.")
    standing: str = Field(
        default="same", max_length=64, description="`same` as the run before, `current`, or an id of /v1/standing."
    )


class DifferenceShape(BaseModel):
    """How the verdicts of one run differ from another's."""

    submission: str
    before: int
    after: int
    channel_days: int
    changed: int
    outcomes: list[dict[str, Any]] = Field(description="Channel-days by outcome before and after, where they differ.")
    checks: dict[str, dict[str, int]] = Field(description="By check: channel-days that gained or lost a finding.")
    rows: list[dict[str, Any]] = Field(description="The first thousand channel-days that changed.")


class RerunShape(BaseModel):
    """A further run; `difference` is from the run before it, once it is done."""

    submission: SubmissionShape
    difference: DifferenceShape | None


class StandingShape(BaseModel):
    """One version of a collector's standing data."""

    id: str
    name: str
    sha256: str
    size_bytes: int
    rows: int
    created_at: str
    current: bool


class StandingTaken(StandingShape):
    """A version that was sent, the form it came in, and what of it is no standing data."""

    form: Literal["csv", "parquet", "D0268"]
    notes: list[str]


class StandingAmended(StandingTaken):
    """The same of an amendment, with how many of the meters that were sent are what."""

    added: int
    changed: int
    unchanged: int


class StandingList(BaseModel):
    """Newest first."""

    standing: list[StandingShape]


class MappingShape(BaseModel):
    """A collector's mapping of MHHS messages."""

    id: str
    name: str
    sha256: str
    created_at: str


class MappingList(BaseModel):
    """Newest first."""

    mappings: list[MappingShape]


class ReceiptShape(BaseModel):
    """What was received, how it was judged, and the link of the chain that holds both."""

    submission: str
    run: int
    received_at: str
    name: str
    size_bytes: int
    sha256: str
    options: dict[str, Any]
    outcomes: dict[str, int]
    channel_days: int
    readings: int
    left_out: dict[str, int] = Field(
        description="By a lenient reading: places in the body, and their channel-days, or what else the format has."
    )
    regulation: str
    known_on: date | None
    version: str
    outputs: dict[str, dict[str, Any]]
    chain: dict[str, Any]


class KeyRequest(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=64)
    scopes: list[Literal["submit", "read", "registry", "admin"]] = Field(min_length=1, max_length=4)
    days: int = Field(default=365, ge=1, le=3650)


class KeyShape(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    readings_per_day: int | None
    requests_per_minute: int | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class NewKeyShape(BaseModel):
    """A key that was just made: `secret` is shown now and never again."""

    id: str
    secret: str


class KeyList(BaseModel):
    """Oldest first."""

    keys: list[KeyShape]


class TrailPage(BaseModel):
    """Oldest first; `next` is the cursor of the page after."""

    entries: list[dict[str, Any]]
    next: int | None
