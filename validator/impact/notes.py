"""What a reader has to note about an impact, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from validator.impact.effect import Impact, Meter
from validator.impact.facts import Facts, facts_of
from validator.impact.kinds import Effect, FirmwareKind
from validator.report.words import count, day, many


def notes_of(impact: Impact) -> tuple[str, ...]:
    """The most weighty first; only what there is to be said."""
    facts = facts_of(impact.amendment)
    return (
        *_standing_of_the_amendment(impact, facts),
        *_of_the_old(impact),
        *_of_the_protocol(impact, facts),
        *_of_the_meters(impact),
        *_of_the_rest(impact),
    )


def issues_named(cops: tuple[tuple[str, int], ...]) -> str:
    """`CoP 1 Issue 2, CoP 2 Issue 4 and CoP 3 Issue 5`."""
    return listed([f"CoP {cop} Issue {issue}" for cop, issue in cops])


def listed(texts: list[str]) -> str:
    """`a, b and c`."""
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else "".join(texts)


def _standing_of_the_amendment(impact: Impact, facts: tuple[Facts, ...]) -> Iterator[str]:
    amendment = impact.amendment
    if amendment.supposed:
        yield "The amendment is not on file. This paper supposes it; nothing was recorded."
    if amendment.kind == "APPLICATION_NOTED":
        yield "An application certifies nothing: no meter is judged otherwise because of it."
    elif not amendment.approvals and amendment.kind != "CERTIFICATE_REMOVED":
        yield "None of the approvals that follow from the event is on file, so it certifies no meter."
    for fact in facts:
        begins = fact.effective
        if begins.on is None:
            yield "No date of effect is on file; the approvals are taken as always in force."
        elif begins.on > impact.on:
            yield f"On {day(impact.on)} the amendment was not in force yet: it holds from {day(begins.on)}."
        if begins.precision == "month" and begins.on is not None:
            yield f"Only the month of effect is known ({begins.on:%B %Y}); its first day is taken."


def _of_the_old(impact: Impact) -> Iterator[str]:
    amendment = impact.amendment
    on_old = [meter for meter in impact.meters if meter.assessment.kind is FirmwareKind.OLD]
    if amendment.kind == "CERTIFICATE_REMOVED":
        lost = sum(meter.assessment.effect is Effect.LOST for meter in impact.meters)
        yield f"{many(lost, 'meter loses its', 'meters lose their')} certification on {day(impact.on)}."
        return
    if not amendment.old:
        return
    names = listed(list(amendment.old))
    held = [row for row in amendment.after.approvals if row.meter_type == amendment.meter_type]
    still = any(row.firmware in amendment.old and row.in_force(impact.on) for row in held)
    certified = sum(meter.assessment.after.certified is True for meter in on_old)
    if still:
        yield (
            f"{names} is not withdrawn by the amendment. Of {many(len(on_old), 'meter')} still on it,"
            f" {count(certified)} {'is' if certified == 1 else 'are'} certified on {day(impact.on)}."
        )
    else:
        runs = many(len(on_old), "meter runs", "meters run")
        yield f"{names} has no approval in force on {day(impact.on)}; {runs} it."


def _of_the_protocol(impact: Impact, facts: tuple[Facts, ...]) -> Iterator[str]:
    said = {fact.protocol_affected for fact in facts}
    if said == {"no"}:
        yield "The outstation protocol is not affected: collectors' Protocol Approvals go on as they are."
    elif "yes" in said:
        yield "The outstation protocol is affected: collectors need Protocol Approval for it to read the meters."
    elif impact.amendment.kind != "CERTIFICATE_REMOVED":
        yield "Whether the outstation protocol is affected is not on file."


def _of_the_meters(impact: Impact) -> Iterator[str]:
    amendment, meters = impact.amendment, impact.meters
    cops = set(amendment.cops)
    elsewhere = [meter for meter in meters if meter.cop_issue and meter.cop_issue not in cops]
    if elsewhere:
        dispensed = sum(meter.assessment.after.word == "DISPENSED" for meter in elsewhere)
        issues = tuple(dict.fromkeys(meter.cop_issue for meter in elsewhere if meter.cop_issue))
        yield (
            f"{many(len(elsewhere), 'meter stands', 'meters stand')} under {issues_named(issues)}, which the amendment"
            f" is not for; {count(dispensed)} of them {'is' if dispensed == 1 else 'are'} allowed by a dispensation."
        )
    moved = sum(_issue_changes(meter) for meter in meters)
    if moved:
        yield (
            f"For {many(moved, 'meter')} the amendment changes the governing Issue itself: a dispensation allows an"
            " earlier Issue only where the firmware is approved for it."
        )
    yield from _of_unlisted(meters)
    ungoverned = sum(meter.cop_issue is None for meter in meters)
    if ungoverned:
        yield (
            f"No Issue governs {many(ungoverned, 'meter')}: standing data gives neither an Issue nor what it follows"
            " from. They are counted, and nothing is said of their certification."
        )


def _of_unlisted(meters: tuple[Meter, ...]) -> Iterator[str]:
    unlisted = [meter for meter in meters if meter.assessment.kind is FirmwareKind.UNLISTED]
    if unlisted:
        alike = sum(any(text.startswith("did you mean") for text in suggestions_for(meter)) for meter in unlisted)
        yield (
            f"{many(len(unlisted), 'meter has', 'meters have')} firmware that is not on the list; {count(alike)} of"
            f" them {'has' if alike == 1 else 'have'} a string like a listed one. Strings are matched exactly."
        )
    variants = sum(meter.assessment.after.word == "VARIANT_NOT_LISTED" for meter in meters)
    if variants:
        yield f"{many(variants, 'meter is', 'meters are')} of a variant that is not on the list for this meter type."


def _of_the_rest(impact: Impact) -> Iterator[str]:
    amendment, estate = impact.amendment, impact.estate
    if not amendment.after.list_complete(amendment.manufacturer, amendment.meter_type):
        yield (
            f"The approvals list on file is not known to be complete for {amendment.manufacturer}: what is not on it"
            " may yet be certified."
        )
    if impact.committee:
        yield (
            f"{many(impact.left_to_others, 'more meter of this type is', 'more meters of this type are')} under Codes"
            f" of Practice that {impact.committee} does not answer for, and left out here."
        )
    for alike in estate.look_alikes:
        yield (
            f"{many(alike.meters, 'meter is', 'meters are')} of a type on file as {alike.meter_type}, not considered"
            f" ({alike.hint})."
        )
    if estate.other_maker:
        makers = many(estate.other_maker, "meter of this type name is", "meters of this type name are")
        yield f"{makers} recorded under another manufacturer: not considered."
    if estate.no_type:
        yield f"{many(estate.no_type, 'meter on file has', 'meters on file have')} no meter type: not considered."


def suggestions_for(meter: Meter) -> tuple[str, ...]:
    """Listed strings near the variant or firmware of a meter that is not certified."""
    after = meter.assessment.after
    return after.decision.suggestions if after.decision and not after.certified else ()


def _issue_changes(meter: Meter) -> bool:
    return meter.assessment.before.cop_issue != meter.assessment.after.cop_issue
