"""Whether a collector may read an outstation type: its protocol approvals and removals over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from validator.regulation.rows import ProtocolEvent


class ProtocolStep(NamedTuple):
    """What holds from a day on: True approved, False not, None where the list does not say."""

    from_date: date | None
    approved: bool | None
    reason: str


class _Turn(NamedTuple):
    """An event: it can have happened from `possible_from` on, and has happened by `certain_from`."""

    possible_from: date
    certain_from: date
    event: ProtocolEvent


def protocol_steps(
    events: Sequence[ProtocolEvent], collector: str | None, outstation_type: str | None
) -> tuple[ProtocolStep, ...]:
    """A step function of the settlement date, sorted; the first step is from None.

    A pair that the list does not name is one step of None. Before the first event of a pair, a removal
    says that it was approved until then, an approval that it was not.
    """
    if not collector or not outstation_type:
        absent = "outstation type" if collector else "collector"
        return (ProtocolStep(None, None, f"no {absent} is given"),)
    own = [row for row in events if (row.collector, row.outstation_type) == (collector, outstation_type)]
    if not own:
        reason = f"the list does not say whether {collector} may read {outstation_type}"
        return (ProtocolStep(None, None, reason),)
    turns = _turns(own)
    days = sorted({day for turn in turns for day in (turn.possible_from, turn.certain_from)} - {date.min})
    steps: list[ProtocolStep] = []
    for day in (None, *days):
        step = ProtocolStep(day, *_state(turns, day or date.min))
        if not steps or step[1:] != steps[-1][1:]:
            steps.append(step)
    return tuple(steps)


def _turns(events: Sequence[ProtocolEvent]) -> list[_Turn]:
    turns: list[_Turn] = []
    for event in sorted(events, key=lambda row: (row.on, row.date_precision)):
        after = turns[-1].certain_from if turns else None
        turns.append(_Turn(*_dates(event, after), event))
    return turns


def _dates(event: ProtocolEvent, after: date | None) -> tuple[date, date]:
    """`after` is when the event before it is certain."""
    if event.date_precision == "before":
        # Without an earlier event there is nothing that it could have changed: taken as always so.
        always = after is None and event.action == "approved"
        return (after or date.min, date.min if always else event.on)
    if event.date_precision == "month" and event.action == "removed":
        return (event.on, _next_month(event.on))
    return (event.on, event.on)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _state(turns: Sequence[_Turn], on: date) -> tuple[bool | None, str]:
    begun = [turn for turn in turns if turn.possible_from <= on]
    if not begun:
        first = turns[0].event
        return first.action == "removed", f"{_said(first)}; before that it was {_opposite(first)}"
    latest = begun[-1]
    if on < latest.certain_from:
        return None, f"{_said(latest.event)}, on a day that the list does not give"
    return latest.event.action == "approved", _said(latest.event)


def _said(event: ProtocolEvent) -> str:
    words = {
        "day": f"on {event.on}",
        "month": f"in {event.on:%Y-%m}",
        "before": f"by {event.on} at the latest",
    }
    cited = ", ".join(part for part in (event.origin, event.source, event.status) if part)
    software = f" with {event.instation_software}" if event.instation_software else ""
    return (
        f"{event.collector} reading {event.outstation_type}{software} was {event.action}"
        f" {words[event.date_precision]} ({cited})"
    )


def _opposite(event: ProtocolEvent) -> str:
    return "approved" if event.action == "removed" else "not approved"
