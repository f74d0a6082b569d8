"""The seed's amendment on the sample estate. The counts were taken from standing.csv by hand.

On 24 November 2026, 76 rows are in force: 69 of a Prometer 100 and 7 of other types. M6X8G0B is on 63 of the 69,
M6X8G05 on 3, and M6X8G0A, m6x8g0b and M6X8GOB on one each.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.impact.estates import EVENT, SAMPLE
from validator.impact import Effect, FirmwareKind, Impact, amendment_by_event, impact_of
from validator.impact.counts import counts_of
from validator.impact.papers import due_of, issues_of
from validator.regulation import Regulation
from validator.standing import read_standing

AUTUMN = date(2026, 11, 24)


@pytest.fixture(scope="module")
def whole(regulation: Regulation) -> Impact:
    return impact_of(amendment_by_event(regulation, EVENT), read_standing(SAMPLE), AUTUMN)


def test_every_row_of_the_type_is_considered_and_the_rest_is_counted(whole: Impact) -> None:
    assert whole.estate.in_force == 76
    assert whole.estate.considered.height == len(whole.meters) == 69
    assert (whole.estate.other_type, whole.estate.other_maker, whole.estate.no_type) == (7, 0, 0)


def test_totals(whole: Impact) -> None:
    counts = counts_of(whole)
    # Before: the three meters on M6X8G05. After: with them 59 of the 63 on M6X8G0B; not P9X, nor the one
    # under CoP 5 Issue 7 registered after D/535, nor the two that no Issue governs.
    assert (counts.total.meters, counts.total.metering_systems) == (69, 59)
    assert (counts.total.certified_before, counts.total.certified_after, counts.total.undecided) == (3, 62, 2)
    assert dict(counts.effects) == {
        Effect.GAINED: 59,
        Effect.STAYS_CERTIFIED: 3,
        Effect.STAYS_UNCERTIFIED: 5,
        Effect.UNDECIDED: 2,
    }
    assert {kind: tally.meters for kind, tally in counts.kinds} == {
        FirmwareKind.OLD: 3,
        FirmwareKind.NEW: 63,
        FirmwareKind.UNLISTED: 3,
    }
    # The five uncertified and the two undecided.
    assert counts.to_act_on == 7


def test_by_cop_issue_committee_and_firmware(whole: Impact) -> None:
    groups = {
        (group.cop, group.issue, group.committees, group.kind.value): (
            group.tally.meters,
            group.tally.certified_before,
            group.tally.certified_after,
        )
        for group in counts_of(whole).groups
    }
    assert groups == {
        ("1", 2, ("ISG",), "NEW"): (2, 0, 2),
        ("3", 5, ("ISG", "SVG"), "OLD"): (2, 2, 2),
        ("3", 5, ("ISG", "SVG"), "NEW"): (14, 0, 14),
        ("5", 6, ("SVG",), "OLD"): (1, 1, 1),
        # 23 declared, P9X among them; registered on 29 June 2022; and on D/535's first and last day.
        ("5", 6, ("SVG",), "NEW"): (26, 0, 25),
        ("5", 6, ("SVG",), "UNLISTED"): (3, 0, 0),
        ("5", 7, ("SVG",), "NEW"): (2, 0, 1),
        ("10", 2, ("SVG",), "NEW"): (17, 0, 17),
        (None, None, (), "NEW"): (2, 0, 0),
    }


def test_every_table_adds_up(whole: Impact) -> None:
    for impact in (whole, whole.narrowed("ISG"), whole.narrowed("SVG")):
        counts = counts_of(impact)
        assert sum(group.tally.meters for group in counts.groups) == counts.total.meters
        assert sum(row.tally.meters for row in counts.issues) == counts.total.meters
        assert sum(tally.meters for _, tally in counts.kinds) == counts.total.meters
        assert sum(dict(counts.effects).values()) == counts.total.meters
        assert sum(meters for *_, meters in counts.changes) == counts.total.meters
        assert sum(meters for _, meters in counts.steps) == counts.total.meters
        assert sum(meters for group in counts.groups for _, meters in group.words) == counts.total.meters
        assert counts.total.meters + impact.left_to_others == 69


def test_each_committee_is_told_of_the_cops_that_the_paper_gives_it(whole: Impact) -> None:
    due = {each.committee: each for each in due_of(whole.amendment)}
    assert due["ISG"].cops == (("1", 2), ("2", 4), ("3", 5))
    assert due["SVG"].cops == (("3", 5), ("5", 6), ("10", 2))
    assert [paper.paper for paper in due["ISG"].papers] == ["255/05"]
    assert [paper.paper for paper in due["SVG"].papers] == [""]


def test_narrowed_to_a_committee(whole: Impact) -> None:
    isg, svg = whole.narrowed("ISG"), whole.narrowed("SVG")
    # CoP 1: 2, CoP 3: 16, no Issue: 2.
    assert (len(isg.meters), isg.left_to_others) == (20, 49)
    assert {meter.cop_issue for meter in isg.meters} == {("1", 2), ("3", 5), None}
    # All but the two of CoP 1: CoP 3 belongs to both.
    assert (len(svg.meters), svg.left_to_others) == (67, 2)
    assert {meter.cop_issue for meter in svg.meters} == {("3", 5), ("5", 6), ("5", 7), ("10", 2), None}
    assert [(row.cop, row.issue) for row in issues_of(isg)] == [("1", 2), ("2", 4), ("3", 5)]
    # CoP 5 Issue 7 governs two meters, though the amendment is not for it.
    assert [(row.cop, row.issue) for row in issues_of(svg)] == [("3", 5), ("5", 6), ("5", 7), ("10", 2)]


@pytest.mark.parametrize(
    ("on", "before", "after"),
    [
        (date(2022, 5, 31), ["FIRMWARE_NOT_LISTED", "APPROVED"], ["APPROVED_LATER", "APPROVED"]),
        (date(2022, 6, 1), ["FIRMWARE_NOT_LISTED", "APPROVED"], ["APPROVED", "APPROVED"]),
    ],
)
def test_on_the_day_before_the_month_of_approval_and_on_its_first(
    regulation: Regulation, on: date, before: list[str], after: list[str]
) -> None:
    """Two Prometers were on file then: 9900000000112 on M6X8G0B and 9900000000168 on M6X8G05, both CoP 5 Issue 6."""
    impact = impact_of(amendment_by_event(regulation, EVENT), read_standing(SAMPLE), on)
    assert [meter.mpan_core for meter in impact.meters] == ["9900000000112", "9900000000168"]
    assert [meter.assessment.before.word for meter in impact.meters] == before
    assert [meter.assessment.after.word for meter in impact.meters] == after
