"""An impact as one self-contained page in the manner of an information paper."""

from __future__ import annotations

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from validator.impact.counts import Counts
from validator.impact.effect import Impact, Meter
from validator.impact.facts import BASIS_MEANINGS, KIND_MEANINGS, PROTOCOL_MEANINGS, facts_of
from validator.impact.kinds import EFFECT_MEANINGS, FIRMWARE_MEANINGS
from validator.impact.making import Making
from validator.impact.notes import issues_named, listed, notes_of, suggestions_for
from validator.impact.papers import cited_in, due_of, issues_of
from validator.impact.steps import NOBODY
from validator.impact.titles import summary_of, title_of
from validator.regulation.certificate_rows import PartialDate
from validator.report import words
from validator.report.certification import MEANINGS
from validator.report.page import STATUS_MEANINGS, page_environment

METERS_SHOWN = 120
COMMITTEE_NAMES = {"ISG": "Imbalance Settlement Group", "SVG": "Supplier Volume Allocation Group"}


def page_of(impact: Impact, counts: Counts, making: Making) -> bytes:
    """The page as UTF-8; what cannot be encoded is shown escaped."""
    amendment = impact.amendment
    to_act_on = [meter for meter in impact.meters if meter.assessment.step.actor != NOBODY]
    text = _environment().get_template("paper.html.j2").render(
        impact=impact,
        amendment=amendment,
        counts=counts,
        making=making,
        title=title_of(amendment),
        summary=summary_of(impact, counts),
        facts=facts_of(amendment),
        due=due_of(amendment),
        issues=issues_of(impact),
        notes=notes_of(impact),
        sources=cited_in(impact),
        statuses=STATUS_MEANINGS,
        meters=to_act_on[:METERS_SHOWN],
        words_used=_words_used(impact),
        known_on=amendment.after.known_on,
        overrides=amendment.after.overrides,
    )  # fmt: skip
    return text.encode("utf-8", "backslashreplace")


def _words_used(impact: Impact) -> list[str]:
    used = {judged.word for m in impact.meters for judged in (m.assessment.before, m.assessment.after)}
    return [word for word in MEANINGS if word in used]


def _environment() -> Environment:
    own, report = PackageLoader("validator.impact"), PackageLoader("validator.report")
    environment = page_environment(ChoiceLoader([own, PrefixLoader({"report": report})]))
    environment.filters.update(
        count=words.count,
        many=words.many,
        day=words.day,
        sentence=words.sentence,
        partial=partial_in_words,
        issues=issues_named,
        listed=listed,
        near=_near,
    )
    environment.globals.update(
        KINDS=KIND_MEANINGS,
        BASES=BASIS_MEANINGS,
        PROTOCOL=PROTOCOL_MEANINGS,
        FIRMWARE=FIRMWARE_MEANINGS,
        EFFECTS=EFFECT_MEANINGS,
        WORDS=MEANINGS,
        COMMITTEES=COMMITTEE_NAMES,
    )
    return environment


def partial_in_words(when: PartialDate) -> str:
    """A date as far as it is known, and how far that is."""
    if when.on is None:
        return "not known"
    return f"{when.on:%B %Y} (the day is not known)" if when.precision == "month" else words.day(when.on)


def _near(meter: Meter) -> str:
    return "; ".join(suggestions_for(meter))
