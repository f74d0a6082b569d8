"""report.html is one safe, self-contained file that says what is in the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import policy_override, reading_row
from tests.report.made_up import METER, found, run_of, validation_of
from tests.report.pages import Page
from validator.catalogue import CATALOGUE
from validator.regulation import Regulation, load_regulation
from validator.report import InputRecord, Refused, Run, write_run
from validator.report.advice import ADVICE
from validator.report.page import MORNING_ITEMS, REASONS_SHOWN
from validator.validation.dispensed import DispensationTally
from validator.validation.result import CheckTally, Validation

Render = Callable[[Run], Page]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&{{ 7 * 7 }}"


@pytest.fixture
def render(tmp_path: Path) -> Render:
    def page(run: Run) -> Page:
        write_run(tmp_path / "out", run)
        return Page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))

    return page


@pytest.fixture
def page(render: Render, run: Run) -> Page:
    return render(run)


def test_headline_says_what_came_and_what_became_of_it(page: Page) -> None:
    assert "2 of 6 channel-days fail." in page.text
    assert "4 metering systems on 4 channels, 288 readings, settlement dates 15 to 17 January 2026" in page.text


def test_nothing_is_fetched_and_nothing_runs(tmp_path: Path, run: Run) -> None:
    write_run(tmp_path / "out", run)
    source = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "http:" not in source
    assert "https:" not in source
    assert "@import" not in source
    assert "src=" not in source
    page = Page(source)
    assert not page.names & {"script", "link", "img", "iframe", "object", "embed", "image"}
    assert all(value.startswith("#") for value in page.values("href"))


def test_text_from_outside_stays_text(render: Render, regulation: Regulation) -> None:
    rows = [reading_row(mpan_core=HOSTILE, source_file=HOSTILE)]
    meters = [dict.fromkeys(METER, HOSTILE) | {"rated_kva": None, "resolution_kwh": None}]
    findings = [
        found(0, "negative_energy", first_period=1, last_period=2, value=-1.0, message=HOSTILE, unit=HOSTILE),
        found(0, "clock_error", "FAIL", value=47.0, limit=20.0, unit=HOSTILE, source=HOSTILE),
    ]
    page = render(
        run_of(
            validation_of(rows, findings, meters),
            regulation,
            inputs=(InputRecord(HOSTILE, "D0036", "ab" * 32, 1, 1, 48),),
            refused=(Refused(HOSTILE, HOSTILE),),
            standing_name=HOSTILE,
            options={"collector": HOSTILE},
        )
    )
    assert not page.names & {"script", "img"}
    assert not any(name.startswith("on") for _, given in page.tags for name in given)
    assert HOSTILE in page.text


def test_a_file_name_that_is_not_unicode_is_shown(render: Render, run: Run, regulation: Regulation) -> None:
    page = render(run_of(run.validation, regulation, refused=(Refused("bad\udcff.csv", "unreadable"),)))
    assert "1 file could not be read" in page.text
    assert r"bad\udcff.csv" in page.text


def test_ids_are_unique(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))


def test_every_plot_is_told_in_words_and_every_table_is_headed(page: Page) -> None:
    plots = [given for _, given in page.tags if given.get("role") == "img"]
    assert len(plots) == 3
    assert all(given["aria-label"] for given in plots)
    assert sum(tag == "table" for tag, _ in page.tags) == sum(tag == "caption" for tag, _ in page.tags)
    assert all(given.get("scope") in ("col", "row") for tag, given in page.tags if tag == "th")


def test_morning_list_tells_the_worst_first_and_whose_move_it_is(page: Page) -> None:
    titles = [
        "Energy above the maximum permissible",
        "Period has no reading",
        "Meter type variant or firmware",
        "Same non-zero value repeated",
    ]
    listed = page.text[page.text.index("Whose move") : page.text.index("What it looks like")]
    places = [listed.index(title) for title in titles]
    assert places == sorted(places)
    assert "BSCP502 Appendix 4.1.6 maximum permissible energy confirmed" in listed
    assert "periods 17 to 18, 08:00 to 09:00 local time" in listed
    assert "supplier" in listed


def test_channels_of_which_the_same_is_said_are_told_once(render: Render, regulation: Regulation) -> None:
    rows = [reading_row(mpan_core=f"{n:013d}") for n in range(70)]
    findings = [found(n, "not_certified", "NOT_ASSESSED") for n in range(70)]
    page = render(run_of(validation_of(rows, findings), regulation))
    assert "The same of 69 other channels" in page.text
    assert "not shown" not in page.text


def test_long_lists_are_cut_and_say_so(render: Render, regulation: Regulation) -> None:
    rows = [reading_row(mpan_core=f"{n:013d}") for n in range(70)]
    findings = [found(n, "no_standing_data", message=f"none for {n:013d}") for n in range(70)]
    page = render(run_of(validation_of(rows, findings), regulation))
    assert f"The next {MORNING_ITEMS - 20} entries" in page.text
    assert "20 more channels are not shown: the full set is in findings.parquet" in page.text


def test_certification_answers_for_each_firmware(render: Render, regulation: Regulation) -> None:
    firmwares = ("M6X8G05", "M6X8G0B", "M6X8G0A", "m6x8g0b", "M6X8GOB")
    rows = [reading_row(mpan_core=f"{n:013d}") for n in range(5)]
    words = ["APPROVED", "APPROVED", *["FIRMWARE_NOT_LISTED"] * 3]
    governed = [{"cop": "5", "issue": 6, "certification": word} for word in words]
    meters = [{**METER, "firmware": firmware} for firmware in firmwares]
    page = render(run_of(validation_of(rows, [], meters, governed), regulation))
    told = page.text[page.text.index("Which firmware is certified") : page.text.index("By Code of Practice")]
    assert all(firmware in told for firmware in firmwares)
    assert "did you mean M6X8G0B: letter O, digit 0" in told
    assert "did you mean M6X8G0B: upper and lower case" in told
    assert told.count("Firmware not listed 1") == 3
    assert told.count("Approved 1") == 2
    assert "SVG" in told


def test_checks_that_did_not_run_are_told_with_the_reason(page: Page) -> None:
    unrun = page.text[page.text.index("Checks that could not run") :]
    assert "One period far above the rest of the day spike 6: not made up to run" in unrun
    for status in ("confirmed", "secondary", "analogue", "recalled", "policy"):
        assert status in unrun


def test_overrides_are_told_first(tmp_path: Path, render: Render, validation: Validation) -> None:
    rules = load_regulation(policy_override(tmp_path / "rules", spike_tolerance="2.5"))
    page = render(run_of(validation, rules))
    assert "Your own rules were used" in page.text
    assert "policy.csv:2" in page.text


def test_a_run_without_findings_says_so(render: Render, regulation: Regulation) -> None:
    page = render(run_of(validation_of([reading_row()]), regulation))
    assert "The one channel-day passes." in page.text
    assert "Every channel passes every check that ran on it." in page.text


def test_a_run_without_rows_says_so(render: Render, regulation: Regulation) -> None:
    page = render(run_of(validation_of([]), regulation, inputs=(), wall_s=0.0, stages={}))
    assert "No channel-day was received." in page.text


def test_every_check_has_its_advice() -> None:
    assert list(ADVICE) == [check.code for check in CATALOGUE]
    assert all(ADVICE.values())


def test_dispensations_say_what_they_did(render: Render, validation: Validation, regulation: Regulation) -> None:
    at_work = (
        DispensationTally("D/535", channel_days=5, governs=2, certifies=3),
        DispensationTally("D/534", channel_days=1_000, limits={}, checks={"clock_error": 1_000}, undecided=1),
    )
    page = render(run_of(replace(validation, dispensations=at_work), regulation))
    assert "an earlier Issue governs: 2 channel-days" in page.text
    assert "certification DISPENSED: 3 channel-days" in page.text
    assert "check clock_error waived: 1,000 channel-days" in page.text
    assert page.text.index("D/534") < page.text.index("D/535")


def test_without_a_dispensation_at_work_the_page_says_nothing_of_them(page: Page) -> None:
    assert "Dispensations at work" not in page.text


def test_many_reasons_do_not_fill_the_page(render: Render, validation: Validation, regulation: Regulation) -> None:
    reasons = {f"waived by dispensation D/{k}": 1 for k in range(10_000)}
    tallies = {**validation.tallies, "clock_error": CheckTally(ran=0, not_run=reasons)}
    page = render(run_of(replace(validation, tallies=tallies), regulation))
    assert page.text.count("waived by dispensation") == REASONS_SHOWN
    assert f"and {10_000 - REASONS_SHOWN:,} more reasons" in page.text
