"""What a submission is told about dispensations: on which days, by which reference, and how often."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.build import MPAN, WINTER_DAY, reading_row, standing_row, values_with
from tests.validation.product import run
from tests.validation.rules import dispensation, dispense, rules
from validator.attach.profiles import Profiles, profiles_of
from validator.attach.rulings import ProfileKey
from validator.regulation import Regulation, load_regulation
from validator.validation import Validation
from validator.validation.dispensed import DispensationTally

TEN_DAYS = ("2026-01-10", "2026-01-20")
CLOCK = {"replaces_limits": "period_end_error=30 s"}


def found(validation: Validation, code: str) -> list[dict[str, Any]]:
    return [row for row in validation.findings.to_pylist() if row["check"] == code]


def dispensed(folder: Path, *dispensations: dict[str, str]) -> Regulation:
    dispense(folder, *dispensations)
    return load_regulation(folder)


@pytest.mark.parametrize("issue", [None, 7])
@pytest.mark.parametrize(
    ("registered_on", "governing", "word", "by"),
    [
        (date(2022, 6, 29), 6, "APPROVED", None),
        (date(2022, 6, 30), 6, "DISPENSED", "D/535"),
        (date(2023, 12, 30), 6, "DISPENSED", "D/535"),
        (date(2023, 12, 31), 7, "APPROVED_OTHER_ISSUE", None),
    ],
)
def test_the_days_of_d535(registered_on: date, governing: int, word: str, by: str | None, issue: int | None) -> None:
    standing = [standing_row(issue=issue, first_registered_on=registered_on)]
    validation = run([reading_row(clock_error_s=25.0)], standing, rules("shipped"))
    (verdict,) = validation.verdicts.to_pylist()
    if issue == 7 and word == "APPROVED":
        # Declared for an Issue that was not in force yet: nothing dispenses it.
        word = "APPROVED_OTHER_ISSUE"
    assert (verdict["issue"], verdict["certification"]) == (issue or governing, word)
    assert bool(found(validation, "certified_other_issue")) == (word == "APPROVED_OTHER_ISSUE")
    (clock,) = found(validation, "clock_error")
    # Where the Issue is declared, its limits do not stand by the dispensation.
    assert clock["dispensation"] == (None if issue else by)
    assert clock["message"].endswith("; CoP 5 Issue 6 governs by dispensation D/535") == bool(by and not issue)
    tallies = {tally.ref: (tally.channel_days, tally.governs, tally.certifies) for tally in validation.dispensations}
    assert tallies == ({by: (1, 0 if issue else 1, 1)} if by else {})


def test_a_replaced_limit_is_cited() -> None:
    rows = [reading_row(clock_error_s=31.0, energy_kwh=values_with({7: 701.0}), settlement_date=on) for on in DAYS]
    validation = run(rows, [standing_row()], rules("site_limits"))
    within, after = found(validation, "clock_error")
    assert [within[name] for name in ("limit", "source", "limit_status", "outcome", "dispensation")] == [
        30.0, "POLICY", "confirmed", "FAIL", "D/999",
    ]  # fmt: skip
    assert within["message"] == (
        "The outstation clock is wrong by 31 s; CoP 5 Issue 6 allows 30 s; the collector resets the clock; "
        "limit set by dispensation D/999"
    )
    assert [after[name] for name in ("limit", "source", "limit_status", "dispensation")] == [
        20.0, "RECALLED", "recalled", None,
    ]  # fmt: skip
    assert "dispensation" not in after["message"]
    assert [row["limit"] for row in found(validation, "above_max_permissible")] == [700.0, 600.0]


DAYS = (date(2026, 1, 20), date(2026, 1, 21))


def test_a_waived_check_is_not_run_and_says_by_what() -> None:
    rows = [reading_row(clock_error_s=901.0, settlement_date=on) for on in DAYS]
    rows.append(reading_row(measurement_quantity="RI", settlement_date=DAYS[0]))
    validation = run(rows, [standing_row(installed_on=date(2019, 12, 31))], rules("waivers"))
    tally = validation.tallies["clock_error"]
    assert (tally.ran, tally.not_run) == (1, {"waived by dispensation D/999": 1, "no clock error": 1})
    assert validation.dispensations == (
        # The reactive channel has nothing that the waived checks could have run on.
        DispensationTally("D/999", channel_days=1, checks={"above_max_permissible": 1, "clock_error": 1}),
    )


def test_where_the_installation_is_not_on_file_the_report_can_say_so() -> None:
    validation = run([reading_row(clock_error_s=901.0)], [standing_row()], rules("waivers"))
    assert validation.dispensations == (DispensationTally("D/999", undecided=1),)
    assert found(validation, "clock_error")[0]["dispensation"] is None


def test_another_issue_governs_for_a_while() -> None:
    rows = [reading_row(settlement_date=on, clock_error_s=25.0) for on in DAYS]
    validation = run(rows, [standing_row(first_registered_on=date(2010, 1, 1))], rules("issue_governs"))
    verdicts = validation.verdicts.to_pylist()
    assert [(row["issue"], row["certification"]) for row in verdicts] == [(7, "APPROVED_OTHER_ISSUE"), (6, "APPROVED")]
    (other,) = found(validation, "certified_other_issue")
    assert other["dispensation"] == "D/999"
    assert other["message"].endswith("; CoP 5 Issue 7 governs by dispensation D/999")
    assert [row["dispensation"] for row in found(validation, "clock_error")] == ["D/999", None]
    assert validation.dispensations == (DispensationTally("D/999", channel_days=1, governs=1),)


def test_an_issue_that_governs_by_dispensation_is_dispensed(tmp_path: Path) -> None:
    """Issue 6 governs although Issue 7 is declared; the firmware is approved for it."""
    back = dispensation("D/999", "site", *TEN_DAYS, cop="5", issue="7", msids=MPAN, governs_issue="6")
    rows = [reading_row(settlement_date=on) for on in DAYS]
    validation = run(rows, [standing_row(issue=7)], dispensed(tmp_path, back))
    verdicts = validation.verdicts.to_pylist()
    assert [(row["issue"], row["certification"]) for row in verdicts] == [(6, "DISPENSED"), (7, "APPROVED_OTHER_ISSUE")]
    assert validation.dispensations == (DispensationTally("D/999", channel_days=1, governs=1, certifies=1),)


def test_an_issue_governs_where_none_would(tmp_path: Path) -> None:
    back = dispensation("D/999", "site", *TEN_DAYS, cop="5", msids=MPAN, governs_issue="6")
    rows = [reading_row(settlement_date=on) for on in DAYS]
    validation = run(rows, [standing_row(issue=None)], dispensed(tmp_path, back))
    assert [row["issue"] for row in validation.verdicts.to_pylist()] == [6, None]
    assert len(found(validation, "no_standing_data")) == 1


@pytest.mark.parametrize(
    ("other", "limit", "reason"),
    [
        ({"kind": "generic"}, 30.0, "as a site dispensation it comes before the generic D/100, which sets 40 s"),
        ({"valid_from": "2026-01-09"}, 30.0, "it is valid from a later day than D/100, which sets 40 s"),
        ({"expiry": ""}, 40.0, "it comes before D/999 in order of reference, which sets 30 s"),
    ],
)
def test_of_two_that_disagree_the_more_specific_prevails(
    tmp_path: Path, other: dict[str, str], limit: float, reason: str
) -> None:
    site = dispensation("D/999", "site", *TEN_DAYS, msids=MPAN, **CLOCK)
    second = {**site, "ref": "D/100", "replaces_limits": "period_end_error=40 s", **other}
    if second["kind"] == "generic":
        second["msids"] = ""
    for order in ((site, second), (second, site)):
        validation = run([reading_row(clock_error_s=50.0)], [standing_row()], dispensed(tmp_path, *order))
        (clock,) = found(validation, "clock_error")
        assert clock["limit"] == limit
        ref = "D/999" if limit == 30.0 else "D/100"
        assert clock["message"].endswith(f"; {reason}; limit set by dispensation {ref}")
        assert [tally.ref for tally in validation.dispensations] == [ref]


@pytest.mark.parametrize(
    ("status", "limit", "expected"),
    [
        ("confirmed", "period_end_error=30 s", "confirmed"),
        ("secondary", "period_end_error=30 s", "secondary"),
        ("analogue", "period_end_error=30 s", "recalled"),
        ("recalled", "ct_class=0.2S", "recalled"),
        ("policy", "ct_class=0.2S", "policy"),
    ],
)
def test_a_weak_dispensation_makes_no_limit_firmer(tmp_path: Path, status: str, limit: str, expected: str) -> None:
    """On file, the clock's limit is recalled and the CT class is confirmed."""
    made = dispensation("D/999", "site", *TEN_DAYS, msids=MPAN, status=status, replaces_limits=limit)
    row = reading_row(clock_error_s=50.0)
    validation = run([row], [standing_row(ct_class="0.5")], dispensed(tmp_path, made))
    (finding,) = found(validation, "clock_error" if "error" in limit else "meter_class")
    assert (finding["limit_status"], finding["outcome"]) == (
        expected,
        "FAIL" if expected in ("confirmed", "secondary") else "QUERY",
    )
    weak = status not in ("confirmed", "secondary")
    assert (f"D/999 is {status} and the limit it replaces" in finding["message"]) == weak


def test_an_accuracy_limit_is_replaced_in_every_band(tmp_path: Path) -> None:
    made = dispensation("D/999", "site", msids=MPAN, replaces_limits="accuracy_active=2.5 %")
    regulation = dispensed(tmp_path, made)
    on = regulation.limits_for("5", 6, ("D/999",))
    assert {band.limit_pct for band in on.accuracy("active")} == {2.5}
    assert len(on.accuracy("active")) == len(regulation.limits_for("5", 6).accuracy("active"))
    assert on.accuracy("reactive") == regulation.limits_for("5", 6).accuracy("reactive")


def test_an_allowed_earlier_issue_may_be_for_one_site(tmp_path: Path) -> None:
    """As D/535, after its end, for one metering system alone."""
    made = dispensation("D/999", "site", "2024-01-01", msids=MPAN, allows_issues_before="2022-06-30")
    meters = [standing_row(mpan_core=mpan, issue=None, first_registered_on=WINTER_DAY) for mpan in (MPAN, "7001")]
    rows = [reading_row(mpan_core=mpan) for mpan in (MPAN, "7001")]
    verdicts = run(rows, meters, dispensed(tmp_path, made)).verdicts.to_pylist()
    assert [(row["issue"], row["certification"]) for row in verdicts] == [(6, "DISPENSED"), (7, "APPROVED_OTHER_ISSUE")]


def test_limits_laid_out_together_are_those_of_each_alone() -> None:
    """Only what a dispensation replaces is worked out anew; the rest is copied from the Issue's."""
    regulation = rules("dispensed")
    references = [row.ref for row in regulation.dispensations.rows if row.replaces_limits]
    keys = [
        ProfileKey(issue.cop, issue.issue, None, chosen)
        for issue in regulation.cop_issues
        for chosen in ((), *((ref,) for ref in references), tuple(references))
    ]
    together = profiles_of(keys, regulation)
    for place, key in enumerate(keys):
        alone = _from_plain(key, regulation)
        for name in ("storage_days", "period_end_error_s", "demand_minutes", "resolution_pct", "max_permissible_kwh",
                     "max_permissible_applies", "capacity", "capacity_kind", "required", "check_required",
                     "active_rank", "ct_rank", "on_file"):  # fmt: skip
            np.testing.assert_array_equal(getattr(together, name)[place], getattr(alone, name)[0], name)
        for name in ("full_load_pct", "has_bands"):
            np.testing.assert_array_equal(getattr(together, name)[2 * place : 2 * place + 2], getattr(alone, name)[:2])
        own = together.bands[2 * place : 2 * place + 2]
        np.testing.assert_array_equal(own[own[:, :, 0] != -9.0], alone.bands[alone.bands[:, :, 0] != -9.0])


def _from_plain(key: ProfileKey, regulation: Regulation) -> Profiles:
    class Stated:
        dispensations = regulation.dispensations

        def limits_for(self, cop: str, issue: int, dispensations: tuple[str, ...] = ()) -> Any:
            return regulation.limits_for(cop, issue, key.dispensations)

        def class_rank(self, text: str) -> float | None:
            return regulation.class_rank(text)

    stated: Any = Stated()
    return profiles_of([ProfileKey(key.cop, key.issue)], stated)
