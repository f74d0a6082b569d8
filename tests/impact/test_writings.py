"""CSV, JSON and the page say one thing, and nothing from outside is more than text in them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.impact.estates import EVENT, HOSTILE, IN_EFFECT, SAMPLE, event, impact_on, meters
from tests.report.pages import Page
from validator.impact import Impact, amendment_by_event, impact_of, supposed_amendment
from validator.impact.counts import counts_of
from validator.impact.document import document_of
from validator.impact.making import Making
from validator.impact.page import page_of
from validator.impact.tables import COLUMNS, csv_of
from validator.regulation import Regulation
from validator.standing import read_standing

MAKING = Making(datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "9.9", "ab" * 32, "the shipped tables")


@pytest.fixture(params=[None, "ISG", "SVG"], scope="module")
def impact(request: pytest.FixtureRequest, regulation: Regulation) -> Impact:
    whole = impact_of(
        amendment_by_event(regulation, EVENT), read_standing(SAMPLE), datetime(2026, 11, 24, tzinfo=UTC).date()
    )
    return whole.narrowed(request.param) if request.param else whole


def page(impact: Impact) -> Page:
    return Page(page_of(impact, counts_of(impact), MAKING).decode())


def rows(impact: Impact) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(impact).decode())))


def test_csv_json_and_page_agree(impact: Impact) -> None:
    document = json.loads(json.dumps(document_of(impact, counts_of(impact), MAKING)))
    written = rows(impact)
    counts = document["counts"]
    assert len(written) == len(document["meters"]) == counts["meters"] == len(impact.meters)
    after = sum(row["certified_after"] == "yes" for row in written)
    before = sum(row["certified_before"] == "yes" for row in written)
    undecided = sum(row["certified_after"] == "" for row in written)
    assert (before, after, undecided) == (
        counts["certified_before"],
        counts["certified_after"],
        counts["undecided"],
    )
    total = (counts["meters"], counts["metering_systems"], before, after, undecided)
    label = f"All for {impact.committee}" if impact.committee else "All"
    assert f"{label} {' '.join(f'{number:,}' for number in total)}" in page(impact).text
    assert sum(row["acts"] != "none" for row in written) == counts["to_act_on"]
    for meter, row in zip(document["meters"], written, strict=True):
        assert {name: "" if cell is None else str(cell) for name, cell in meter.items()} == row


def test_the_page_has_the_parts_of_an_information_paper(impact: Impact) -> None:
    text = page(impact).text
    for part in (
        "Summary",
        "1 What is required",
        "2 The amendment",
        "3 Effect",
        "4 To be noted",
        "5 What this rests on",
    ):
        assert part in text
    assert "M6X8G05" in text
    assert "June 2022 (the day is not known)" in text
    assert "P3E (wall), R3E (rack)" in text
    assert "Outstation protocol not affected" in text
    assert "255/05" in text
    assert "CoP 1 Issue 2, CoP 2 Issue 4 and CoP 3 Issue 5" in text
    assert "CoP 3 Issue 5, CoP 5 Issue 6 and CoP 10 Issue 2" in text
    assert MAKING.regulation in text
    assert "24 November 2026 at 09:30 UTC by copcheck 9.9" in text


def test_nothing_is_fetched_and_nothing_runs(impact: Impact) -> None:
    source = page_of(impact, counts_of(impact), MAKING).decode()
    assert "http:" not in source
    assert "https:" not in source
    assert "@import" not in source
    read = Page(source)
    assert not read.names & {"script", "link", "img", "iframe", "object", "embed"}
    assert all(value.startswith("#") for value in read.values("href"))


def test_text_from_outside_stays_text(regulation: Regulation, tmp_path: Path) -> None:
    tried = event(
        tmp_path,
        event=HOSTILE,
        manufacturer=HOSTILE,
        meter_type=HOSTILE,
        kind="CERTIFICATE_ISSUED",
        variants=HOSTILE,
        mountings=HOSTILE,
        firmware=HOSTILE,
        replaces_firmware="",
        source=HOSTILE,
        note=HOSTILE,
    )
    known = {"meter_type": HOSTILE, "manufacturer": HOSTILE, "variant": HOSTILE, "firmware": HOSTILE}
    standing = meters(known, {**known, "firmware": f"{HOSTILE}X"}, {**known, "manufacturer": "Other"})
    standing[0]["mpan_core"] = HOSTILE
    impact = impact_on(IN_EFFECT, standing, regulation, supposed_amendment(regulation, tried))
    assert len(impact.meters) == 2
    read = page(impact)
    assert not read.names & {"script", "img"}
    assert not any(name.startswith("on") for _, given in read.tags for name in given)
    assert HOSTILE in read.text


def test_a_spreadsheet_takes_no_cell_for_a_formula(regulation: Regulation) -> None:
    (row,) = rows(impact_on(IN_EFFECT, meters({"firmware": "=1+1"}), regulation))
    assert row["firmware"] == "'=1+1"


def test_an_impact_on_nothing_can_be_written(regulation: Regulation) -> None:
    nothing = impact_on(datetime(2019, 1, 1, tzinfo=UTC).date(), meters({}), regulation)
    assert csv_of(nothing).decode().strip() == ",".join(COLUMNS)
    assert document_of(nothing, counts_of(nothing), MAKING)["counts"]["meters"] == 0
    assert "No meter of type Prometer 100 is on file on 1 January 2019" in page(nothing).text


def test_a_long_list_of_meters_is_cut_and_says_so(regulation: Regulation) -> None:
    many = impact_on(IN_EFFECT, meters(*({"firmware": "M6X8G0A"} for _ in range(130))), regulation)
    assert "10 more are not shown" in page(many).text
    assert len(rows(many)) == 130
