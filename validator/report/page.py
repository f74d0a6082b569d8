"""report.html: one file that a person reads in the morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from validator.regulation import Regulation
from validator.report import words
from validator.report.advice import ADVICE
from validator.report.certification import MEANINGS, certification_table
from validator.report.counts import CheckCount, Counts
from validator.report.dispensations import dispensation_counts
from validator.report.index import Index
from validator.report.morning import morning_list
from validator.report.plots import figures_of
from validator.report.run import Run
from validator.version import product_version

MORNING_ITEMS, MORNING_SHOWN = 50, 20
ALIKE_SHOWN = 6
FIGURES = 16
CERTIFICATION_ROWS = 60
METER_ROWS = 60
DISPENSATION_ROWS = 60
REASONS_SHOWN = 12
INPUT_ROWS = 40
REFUSED_ROWS = 40
HASH_SHOWN = 12

OUTCOME_MEANINGS = {
    "FAIL": "breaks a stated limit",
    "NOT_ASSESSED": "cannot be judged yet",
    "QUERY": "a person should look",
    "PASS": "nothing found",
}
STATUS_MEANINGS = {
    "confirmed": "read in the document itself",
    "secondary": "read in another document that quotes it",
    "analogue": "read in a sibling document; that it holds here is an inference",
    "recalled": "general knowledge, seen in no document at hand",
    "policy": "a choice of this product; no regulation states it",
    "inferred": "of an approval: a document implies it, but does not state it",
}


@dataclass(frozen=True)
class CheckGroups:
    """The catalogue by what became of each check: `silent` ran and found nothing, `unrun` never ran."""

    spoke: tuple[CheckCount, ...]
    silent: tuple[CheckCount, ...]
    unrun: tuple[CheckCount, ...]


def page_of(run: Run, index: Index, counts: Counts, writing: Mapping[str, float]) -> bytes:
    """The page as UTF-8; what cannot be encoded (a file name may be any bytes) is shown escaped."""
    regulation = run.regulation
    wall_s = run.wall_s + sum(writing.values())
    meters = sorted(counts.by_meter, key=lambda meter: -meter.channel_days)
    at_work = dispensation_counts(run.validation.dispensations, regulation)
    dispensations = sorted(at_work, key=lambda counted: -counted.tally.channel_days)
    text = environment_for(regulation).get_template("report.html.j2").render(
        run=run,
        counts=counts,
        regulation=regulation,
        version=product_version(),
        wall_s=wall_s,
        stages={**run.stages, **writing},
        readings_per_second=round(counts.readings / wall_s) if wall_s > 0 else None,
        headline=headline(counts),
        morning=morning_list(index, regulation, MORNING_ITEMS),
        morning_shown=MORNING_SHOWN,
        alike_shown=ALIKE_SHOWN,
        figures_at_most=FIGURES,
        figures=figures_of(index, regulation, FIGURES),
        checks=_check_groups(counts),
        certification=certification_table(counts.by_meter, regulation, CERTIFICATION_ROWS),
        meanings=MEANINGS,
        dispensations=dispensations[:DISPENSATION_ROWS],
        dispensations_in_all=len(dispensations),
        reasons_shown=REASONS_SHOWN,
        meters=meters[:METER_ROWS],
        meters_in_all=len(meters),
        inputs=run.inputs[:INPUT_ROWS],
        refused=run.refused[:REFUSED_ROWS],
        notes_shown=REFUSED_ROWS,
        outcome_meanings=OUTCOME_MEANINGS,
        status_meanings=STATUS_MEANINGS,
        hash_shown=HASH_SHOWN,
    )  # fmt: skip
    return text.encode("utf-8", "backslashreplace")


def headline(counts: Counts) -> str:
    """The run in one sentence."""
    received, failed = counts.channel_days, counts.outcomes["FAIL"]
    if not received:
        return "No channel-day was received."
    days = words.many(received, "channel-day")
    if failed:
        return f"{words.count(failed)} of {days} {'fails' if failed == 1 else 'fail'}."
    if counts.outcomes["PASS"] == received:
        return f"All {days} pass." if received > 1 else "The one channel-day passes."
    return f"None of {days} fails; some need a look."


def _check_groups(counts: Counts) -> CheckGroups:
    spoke = sorted((c for c in counts.by_check if c.tally.findings), key=lambda c: (c.rank, c.check.bit))
    return CheckGroups(
        spoke=tuple(spoke),
        silent=tuple(c for c in counts.by_check if c.tally.ran and not c.tally.findings),
        unrun=tuple(c for c in counts.by_check if not c.tally.ran and not c.tally.findings),
    )


def page_environment(loader: BaseLoader) -> Environment:
    """Templates in which text from outside stays text, and a name that nobody gave is an error."""
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def environment_for(regulation: Regulation, before: BaseLoader | None = None) -> Environment:
    """The report's templates with their filters; those of `before` come first."""
    ours = PackageLoader("validator.report")
    environment = page_environment(ours if before is None else ChoiceLoader([before, ours]))
    environment.filters.update(
        count=words.count,
        many=words.many,
        amount=words.amount,
        day=words.day,
        seconds=words.seconds,
        size=words.size,
        sentence=words.sentence,
        outcome_word=words.OUTCOME_WORDS.__getitem__,
        advice=ADVICE.__getitem__,
        # Drawn from numbers and fixed words only: nothing from outside is in it.
        drawing=Markup,
    )
    environment.globals.update(span=words.span, title_of=_titles(regulation), WORST_FIRST=words.WORST_FIRST)
    return environment


def _titles(regulation: Regulation) -> Any:
    def title_of(source: str | None) -> str:
        """The title of a source, its own name where it has none on file."""
        known = regulation.sources.get(source or "")
        return known.title if known else source or ""

    return title_of
