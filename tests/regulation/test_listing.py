"""The indexes over names and approvals against a plain look at all of them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from validator.regulation.certification import WORDS, Question, decide_over_time
from validator.regulation.listing import Listing
from validator.regulation.rows import Approval
from validator.regulation.suggestions import Listed, suggestions

alike = st.text(alphabet="O0oI1lS5B8Zz2MX -", max_size=6)
DAYS = [date(2020, 1, 1) + timedelta(days=30 * n) for n in range(5)]


@settings(deadline=None)
@given(st.lists(alike, max_size=12), alike)
def test_suggestions_by_index_are_those_by_looking(names: list[str], text: str) -> None:
    assert Listed(names).suggestions(text) == suggestions(text, names)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=4), max_size=8), st.text(max_size=4))
def test_suggestions_of_any_text(names: list[str], text: str) -> None:
    assert Listed(names).suggestions(text) == suggestions(text, names)


@st.composite
def approvals(draw: st.DrawFn) -> list[Approval]:
    rows = []
    for number in range(draw(st.integers(0, 8))):
        begins = draw(st.sampled_from([None, *DAYS[:3]]))
        ends = draw(st.sampled_from([None, *DAYS[3:]]))
        rows.append(
            Approval(
                manufacturer="Made-up Meters Ltd",
                meter_type=draw(st.sampled_from(["T1", "T2"])),
                variant=draw(st.sampled_from(["", "V1"])),
                mounting="",
                outstation_integral="",
                firmware=draw(st.sampled_from(["F0", "FO"])),
                replaces_firmware="",
                cop=draw(st.sampled_from(["3", "5"])),
                issue=draw(st.integers(5, 6)),
                committees=("SVG",),
                valid_from=begins,
                valid_from_precision="day" if begins else "unknown",
                valid_to=ends,
                basis="UNKNOWN",
                protocol_affected="",
                source="RECALLED",
                status=draw(st.sampled_from(["confirmed", "recalled"])),
                origin=f"made-up:{number + 1}",
            )
        )
    return rows


texts = st.sampled_from([None, "", "T1", "T2", "V1", "F0", "FO", "Z9"])


@settings(deadline=None)
@given(approvals(), texts, texts, texts)
def test_approvals_by_index_are_those_by_looking(
    rows: list[Approval], meter_type: str | None, variant: str | None, firmware: str | None
) -> None:
    wanted = (meter_type or "", variant or "", firmware or "")
    looked = tuple(row for row in rows if (row.meter_type, row.variant, row.firmware) == wanted)
    assert Listing(rows).rows_for(meter_type, variant, firmware) == looked


def _word(rows: list[Approval], kind: tuple[str, str, str], cop: str, issue: int, on: date) -> str:
    """The decision without dispensations, straight from the specification."""
    of_type = [row for row in rows if row.meter_type == kind[0]]
    if not of_type:
        return "TYPE_NOT_LISTED"
    of_variant = [row for row in of_type if row.variant == kind[1]]
    if not of_variant:
        return "VARIANT_NOT_LISTED"
    own = [row for row in of_variant if row.firmware == kind[2]]
    if not own:
        return "FIRMWARE_NOT_LISTED"
    governing = [row for row in own if (row.cop, row.issue) == (cop, issue)]
    if any((row.valid_from or date.min) <= on <= (row.valid_to or date.max) for row in governing):
        return "APPROVED"
    if any((row.valid_to or date.max) < on for row in governing):
        return "WITHDRAWN"
    if governing:
        return "APPROVED_LATER"
    return "WITHDRAWN" if all((row.valid_to or date.max) < on for row in own) else "APPROVED_OTHER_ISSUE"


@settings(deadline=None)
@given(
    approvals(), st.sampled_from(["T1", "T2", "T3"]), st.sampled_from(["", "V1", "V2"]), st.sampled_from(["F0", "FO"])
)
def test_decisions_over_time_are_those_of_each_day(
    rows: list[Approval], meter_type: str, variant: str, firmware: str
) -> None:
    question = Question(meter_type, variant, firmware, "5", 6, ("SVG",))
    steps = decide_over_time(Listing(rows), question)
    for on in [day + timedelta(days=off) for day in DAYS for off in (-1, 0, 1)]:
        (said,) = [step.value.word for step in steps if step.from_date is None or step.from_date <= on][-1:]
        assert said == _word(rows, (meter_type, variant, firmware), "5", 6, on)
        assert said in WORDS
