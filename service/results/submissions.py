"""Submissions and their runs as the interface shows them, each collector's own and no other's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Row, and_, func, select

from service.database import Database, Run, Submission
from service.problems import Problem, not_found
from service.results.stored import output_of
from validator.readings.formats import REPORT_WORDS
from validator.readings.refused import REFUSED_FILE

_OPTIONS_SHOWN = ("format", "time_base", "collector", "stamps", "channels", "allow_test_data", "lenient", "mapping")


@dataclass(frozen=True)
class Held:
    """A submission with one of its runs, as rows of the database; `runs` is how many there are."""

    submission: Any
    run: Any
    runs: int

    def result(self) -> dict[str, Any]:
        """The run's result; Problem 409 where it has none yet, 410 where it is no longer on line."""
        if self.submission.kept != "online":
            when = "in the archive" if self.submission.kept == "archived" else "removed, as its time was up"
            raise Problem(410, "not-on-line", f"the submission is {when}")
        if self.run.state in ("refused", "failed"):
            told = self.run.problem or {}
            raise Problem(409, "no-result", f"run {self.run.number} was {self.run.state}: {told.get('detail', '')}")
        if self.run.state != "done":
            raise Problem(409, "not-done", f"run {self.run.number} is {self.run.state}", headers={"Retry-After": "1"})
        result: dict[str, Any] = self.run.result
        return result

    def key_of(self, output: str) -> str:
        """The store's key for one of the run's files."""
        return str(self.result()["outputs"][output]["key"])

    def table_key(self, table: str) -> str:
        """The store's key for one of the run's tables, in whichever form it is kept."""
        return self.key_of(output_of(self.result()["outputs"], table))


def find(connection: Connection, collector_id: str, submission_id: str, run: int | None = None) -> Held:
    """A submission of the collector, with the run of that number or the newest; Problem 404 for any other's."""
    newest = select(func.max(Run.number)).where(Run.submission_id == submission_id).scalar_subquery()
    columns = [*_labelled(Submission.__table__, "s"), *_labelled(Run.__table__, "r"), newest.label("runs")]
    wanted = (
        select(*columns)
        .select_from(Submission)
        .outerjoin(Run, and_(Run.submission_id == Submission.id, Run.number == (newest if run is None else run)))
        .where(Submission.id == submission_id, Submission.collector_id == collector_id)
    )
    found = connection.execute(wanted).one_or_none()
    if found is None:
        raise not_found("submission")
    if found.r_id is None:
        raise not_found("run")
    return Held(_part(found, "s_"), _part(found, "r_"), found.runs)


def on_record(database: Database, collector_id: str, submission_id: str, run: int | None = None) -> Held:
    """The same, looked up in a transaction of its own."""
    with database.reading() as connection:
        return find(connection, collector_id, submission_id, run)


def _labelled(table: Any, prefix: str) -> list[Any]:
    return [column.label(f"{prefix}_{column.name}") for column in table.columns]


def _part(row: Row[Any], prefix: str) -> Any:
    """The columns of one table of a joined row, by their names."""
    return SimpleNamespace(
        **{name.removeprefix(prefix): value for name, value in row._mapping.items() if name.startswith(prefix)}
    )


def page(
    connection: Connection, collector_id: str, before: str | None, at_most: int, state: str | None = None
) -> tuple[list[Held], str | None]:
    """Submissions newest first, from before an identifier on, and the cursor of the next page."""
    newest = select(Run.submission_id, func.max(Run.number).label("number")).group_by(Run.submission_id)
    mine = select(Submission.__table__).where(Submission.collector_id == collector_id)
    if before is not None:
        mine = mine.where(Submission.id < before)
    if state is not None:
        last = newest.subquery()
        mine = (
            mine.join(last, last.c.submission_id == Submission.id)
            .join(Run, (Run.submission_id == Submission.id) & (Run.number == last.c.number))
            .where(Run.state == state)
        )
    submissions = connection.execute(mine.order_by(Submission.id.desc()).limit(at_most + 1)).all()
    shown = submissions[:at_most]
    ids = [row.id for row in shown]
    runs = connection.execute(select(Run.__table__).where(Run.submission_id.in_(ids)).order_by(Run.number)).all()
    last_of = {row.submission_id: row for row in runs}
    held = [Held(row, last_of[row.id], last_of[row.id].number) for row in shown]
    return held, (shown[-1].id if len(submissions) > at_most else None)


def shape(held: Held) -> dict[str, Any]:
    """A submission as SubmissionShape has it."""
    submission, place = held.submission, f"/v1/submissions/{held.submission.id}"
    parts = ["verdicts", "findings", "report", "receipt", "events"]
    if REFUSED_FILE in (held.run.result or {}).get("outputs", ()):
        parts.append("refused")
    if (held.run.result or {}).get("format") in REPORT_WORDS:
        parts.append("reported")
    return {
        "id": submission.id,
        "received_at": iso(submission.received_at),
        "name": submission.name,
        "media_type": submission.media_type,
        "encoding": submission.encoding,
        "size_bytes": submission.size_bytes,
        "sha256": submission.sha256,
        "options": {name: submission.options.get(name) for name in _OPTIONS_SHOWN},
        "kept": submission.kept,
        "state": held.run.state,
        "runs": held.runs,
        "run": _run_shape(held.run),
        "links": {"self": place} | {part: f"{place}/{part}" for part in parts},
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """A submission as it is answered: its shape as JSON, the state of its run, and what it was refused for."""

    submission_id: str
    state: str
    content: bytes
    problem: dict[str, Any] | None


def shown(held: Held) -> Shown:
    """A submission ready to be answered."""
    return Shown(held.submission.id, held.run.state, to_json(shape(held)), held.run.problem)


def _run_shape(run: Any) -> dict[str, Any]:
    return {
        "number": run.number,
        "state": run.state,
        "attempts": run.attempts,
        "standing": run.standing_id,
        "regulation": run.regulation_hash,
        "known_on": run.known_on,
        "created_at": iso(run.created_at),
        "finished_at": None if run.finished_at is None else iso(run.finished_at),
        "result": run.result,
        "problem": run.problem,
    }


def iso(seconds: float) -> str:
    """A time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
