"""The table of every planted fault with its arithmetic, for a person to check by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sample_data.golden import runs
from sample_data.submission import Plant, Raises, Submission

_OPENING = """\
# What was planted, and why it must be said

Written by `python -m sample_data.generate` from the same statements as the golden files; the product has no
part in it. A row that must raise nothing stands at a limit, or is something that only looks like a fault.
"As its standing data stands": it follows from what is on file, whatever the readings are.
"""


def review_text(submissions: Sequence[Submission]) -> str:
    """Markdown, one table per submission."""
    return "\n".join([_OPENING, *(_section(each) for each in submissions), _counts(submissions)])


def _section(submission: Submission) -> str:
    lines = [
        f"## {submission.name}",
        "",
        f"{submission.title}: {len(submission.days)} channel-days, {_clean(submission)} of them clean.",
        "",
        "| site | channel | date | planted | arithmetic | must raise |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_line(plant) for plant in _merged(submission.plants)]
    return "\n".join([*lines, ""])


def _clean(submission: Submission) -> int:
    return sum(not day.found for day in submission.days)


def _merged(plants: Iterable[Plant]) -> list[Plant]:
    """Statements that differ only in their channel become one."""
    merged: dict[Plant, list[str]] = {}
    for plant in plants:
        merged.setdefault(replace(plant, channel=""), []).append(plant.channel)
    return [replace(plant, channel=", ".join(channels)) for plant, channels in merged.items()]


def _line(plant: Plant) -> str:
    said = "; ".join(_said(each) for each in plant.raises) or "nothing"
    return f"| {plant.system} | {plant.channel} | {plant.on} | {plant.what} | {plant.arithmetic} | {said} |"


def _said(said: Raises) -> str:
    stretches = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs(said.periods))
    return f"`{said.check}` {said.outcome}" + (f" on {stretches}" if stretches else "")


def _counts(submissions: Iterable[Submission]) -> str:
    spoken: Counter[tuple[str, str]] = Counter()
    for submission in submissions:
        for day in submission.days:
            spoken.update((check, outcome) for check, (outcome, _) in day.found.items())
    lines = ["## How often each check speaks", "", "| check | outcome | channel-days |", "|---|---|---|"]
    lines += [f"| `{check}` | {outcome} | {count} |" for (check, outcome), count in sorted(spoken.items())]
    return "\n".join([*lines, ""])
