"""Whether a meter type, variant and exact firmware string are approved for the governing CoP Issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

from validator.regulation.dispensed import AllowedIssue
from validator.regulation.listing import Listing, TypeListing
from validator.regulation.rows import Approval, Dispensation, weakest_status
from validator.regulation.wording import approved, shown_variant

T = TypeVar("T")

WORDS = (
    "APPROVED",
    "APPROVED_OTHER_ISSUE",
    "APPROVED_LATER",
    "FIRMWARE_NOT_LISTED",
    "VARIANT_NOT_LISTED",
    "TYPE_NOT_LISTED",
    "WITHDRAWN",
    "DISPENSED",
    "UNKNOWN",
)


class Dated(NamedTuple, Generic[T]):
    """What holds from a day on, until the next; `from_date` None is from the beginning."""

    from_date: date | None
    value: T


@dataclass(frozen=True, slots=True)
class Decision:
    """A word of WORDS, and the chain of reasons that a person can follow to it.

    `dispensation` is its reference where the word is DISPENSED. `source` and `status` are of the row that
    decided (blank for UNKNOWN), the status being the weakest of the chain. `committees` answer for the CoP.
    """

    word: str
    reasons: tuple[str, ...]
    dispensation: str | None
    suggestions: tuple[str, ...]
    source: str
    status: str
    committees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be certified. `allowed` are the earlier Issues that a dispensation allows.

    `dispensation` is set where the governing Issue itself stands by a dispensation.
    """

    meter_type: str | None
    variant: str | None
    firmware: str | None
    cop: str
    issue: int
    committees: tuple[str, ...]
    allowed: tuple[AllowedIssue, ...] = ()
    dispensation: Dispensation | None = None


def decide_over_time(listing: Listing, question: Question) -> tuple[Dated[Decision], ...]:
    """The decision as a step function of the settlement date, sorted; the first step is from None."""
    steps: list[Dated[Decision]] = []
    rows = listing.rows_for(question.meter_type, question.variant, question.firmware)
    for day in (None, *_turning_days(rows)):
        decision = _decide(listing, rows, question, day or date.min)
        if not steps or decision != steps[-1].value:
            steps.append(Dated(day, decision))
    return tuple(steps)


def _turning_days(rows: Sequence[Approval]) -> list[date]:
    begins = {row.valid_from for row in rows if row.valid_from}
    ends = {row.valid_to + timedelta(days=1) for row in rows if row.valid_to}
    return sorted(begins | ends)


def _decide(listing: Listing, rows: Sequence[Approval], question: Question, on: date) -> Decision:
    if not question.meter_type or not question.firmware:
        absent = "firmware" if question.meter_type else "meter type"
        return _decision(question, "UNKNOWN", (f"standing data gives no {absent}",))
    if not rows:
        return _not_listed(listing, question)
    governing = tuple(row for row in rows if (row.cop, row.issue) == (question.cop, question.issue))
    if governing:
        return _for_governing_issue(question, governing, on)
    return _dispensed(question, rows, on) or _for_other_issues(question, rows, on)


def _not_listed(listing: Listing, question: Question) -> Decision:
    meter_type, variant, firmware = question.meter_type or "", question.variant or "", question.firmware or ""
    types = listing.types.get(meter_type)
    if types is None:
        near = listing.type_names.suggestions(meter_type)
        reason = f"meter type {meter_type} is not among the approvals on file ({listing.sources})"
        return _decision(question, "TYPE_NOT_LISTED", (reason,), listing.approvals[:1], near, listing.status)
    variants = types.variants.get(variant)
    type_listed = f"meter type {meter_type} is listed ({types.sources})"
    if variants is None:
        near = types.variant_names.suggestions(variant)
        reason = f"its variant {variant} is not listed" if variant else "standing data gives no variant of it"
        return _decision(question, "VARIANT_NOT_LISTED", (type_listed, reason), types.approvals[:1], near, types.status)
    near = variants.firmware_names.suggestions(firmware)
    reasons = (
        type_listed,
        f"its variant {shown_variant(variant)} is listed",
        *_firmware_reasons(types, firmware),
    )
    return _decision(question, "FIRMWARE_NOT_LISTED", reasons, variants.approvals[:1], near, variants.status)


def _firmware_reasons(types: TypeListing, firmware: str) -> tuple[str, ...]:
    reason = f"firmware {firmware} is not listed for it (strings are matched exactly)"
    others = [shown_variant(variant) for variant in types.variants_with.get(firmware, ())]
    return (reason, f"it is listed for variant {', '.join(others)}") if others else (reason,)


def _for_governing_issue(question: Question, rows: Sequence[Approval], on: date) -> Decision:
    chain = _chain(question)
    in_force = next((row for row in rows if row.in_force(on)), None)
    if in_force is not None and question.dispensation is not None:
        return _by_dispensation(question, (*chain, *approved(in_force)), in_force, question.dispensation)
    if in_force is not None:
        return _decision(question, "APPROVED", (*chain, *approved(in_force)), (in_force,))
    ended = [row for row in rows if row.ended(on)]
    if ended:
        last = max(ended, key=lambda row: row.valid_to or date.max)
        reasons = (*chain, *approved(last), "that approval has ended")
        return _decision(question, "WITHDRAWN", reasons, (last,))
    first = min(rows, key=lambda row: row.valid_from or date.min)
    reason = "the reading is dated before that approval"
    return _decision(question, "APPROVED_LATER", (*chain, *approved(first), reason), (first,))


def _dispensed(question: Question, rows: Sequence[Approval], on: date) -> Decision | None:
    for allowed in question.allowed:
        earlier, dispensation = allowed.issue, allowed.dispensation
        for row in rows:
            if (row.cop, row.issue) == (earlier.cop, earlier.issue) and row.in_force(on):
                reasons = (*_chain(question), _no_approval(question), *approved(row))
                return _by_dispensation(question, reasons, row, dispensation)
    return None


def _by_dispensation(
    question: Question, reasons: tuple[str, ...], row: Approval, dispensation: Dispensation
) -> Decision:
    by = "by its scope" if dispensation.governs_issue == row.issue else "by the date of first registration"
    reason = (
        f"{dispensation.ref} allows CoP {row.cop} Issue {row.issue} {by}"
        f" ({dispensation.origin}, {dispensation.source}, {dispensation.status})"
    )
    decision = _decision(question, "DISPENSED", (*reasons, reason), (row,))
    status = weakest_status(row.status, dispensation.status)
    return replace(decision, dispensation=dispensation.ref, source=dispensation.source, status=status)


def _for_other_issues(question: Question, rows: Sequence[Approval], on: date) -> Decision:
    reasons = [*_chain(question), _no_approval(question)]
    for row in rows:
        reasons.extend(approved(row))
    word = "WITHDRAWN" if all(row.ended(on) for row in rows) else "APPROVED_OTHER_ISSUE"
    return _decision(question, word, tuple(reasons), rows)


def _decision(
    question: Question,
    word: str,
    reasons: tuple[str, ...],
    rows: Sequence[Approval] = (),
    near: tuple[str, ...] = (),
    status: str | None = None,
) -> Decision:
    """`rows` are those that decided; `status` stands for theirs where it is of a whole list."""
    weakest = weakest_status(*(row.status for row in rows)) if rows else ""
    return Decision(
        word=word,
        reasons=(*reasons, *_answering(question)),
        dispensation=None,
        suggestions=near,
        source=rows[0].source if rows else "",
        status=weakest if status is None else status,
        committees=question.committees,
    )


def _chain(question: Question) -> tuple[str, ...]:
    variant = shown_variant(question.variant or "")
    return (f"{question.meter_type} {variant} firmware {question.firmware} is listed, matched exactly",)


def _no_approval(question: Question) -> str:
    return f"no approval for CoP {question.cop} Issue {question.issue} is on file"


def _answering(question: Question) -> tuple[str, ...]:
    """Which committees to turn to; () where the CoP Issue is not on file."""
    if not question.committees:
        return ()
    verb = "answers" if len(question.committees) == 1 else "answer"
    return (f"{' and '.join(question.committees)} {verb} for CoP {question.cop}",)
