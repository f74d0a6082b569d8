"""Each kind of check is drawn so that it can be seen what is wrong."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.build import LONG_DAY, SHORT_DAY, Row, ordinary_values, reading_days, reading_row, values_with
from tests.report.made_up import found, validation_of
from validator.catalogue import BY_CODE, CATALOGUE
from validator.regulation import Regulation
from validator.report.index import index_of
from validator.report.plots import Figure, figures_of
from validator.report.plots.depict import depict
from validator.report.plots.draw import svg_of
from validator.report.plots.picture import Gauge, Picture, clock_ticks
from validator.report.plots.scene import Scene
from validator.report.plots.spec import picture_spec

RUN: Row = {"first_period": 5, "last_period": 6}


def _depicted(regulation: Regulation, rows: list[Row], finding: Row) -> Picture:
    picture = depict(Scene(index_of(validation_of(rows, [finding])), 0), regulation)
    assert isinstance(picture, Picture)
    return picture


def _figures(regulation: Regulation, rows: list[Row], findings: list[Row], most: int = 16) -> tuple[Figure, ...]:
    return figures_of(index_of(validation_of(rows, findings)), regulation, most)


def test_limit_and_offending_periods_are_drawn(regulation: Regulation) -> None:
    rows = [reading_row(energy_kwh=values_with({5: 700.0, 6: 650.0}))]
    finding = found(0, "above_max_permissible", "FAIL", value=700.0, limit=600.0, unit="kWh", **RUN)
    (panel,) = _depicted(regulation, rows, finding).panels
    assert panel.limit == 600.0
    assert panel.flagged == {4, 5}
    (figure,) = _figures(regulation, rows, [finding])
    assert ">600 kWh<" in figure.svg
    assert "#b3261e" in figure.svg
    assert "periods 5 to 6, 02:00 to 03:00 local time" in figure.description


def test_energy_below_zero_is_drawn_against_zero(regulation: Regulation) -> None:
    rows = [reading_row(energy_kwh=values_with({5: -1.0, 6: -2.0}))]
    (panel,) = _depicted(regulation, rows, found(0, "negative_energy", value=-2.0, unit="kWh", **RUN)).panels
    assert panel.limit == 0.0


def test_check_meter_is_drawn_with_the_difference(regulation: Regulation) -> None:
    rows = [reading_row(), reading_row(role="CHECK", energy_kwh=[19.0] * 48)]
    finding = found(0, "main_check_discrepancy", value=9.0, limit=7.5, unit="kWh", **RUN)
    upper, lower = _depicted(regulation, rows, finding).panels
    assert upper.line == (19.0,) * 48
    assert lower.bars[0] == pytest.approx(9.0)
    assert lower.limit == 7.5


@pytest.mark.parametrize(
    ("check", "quantity", "partner"),
    [("reactive_without_active", "RI", "AI"), ("import_export_both", "AI", "AE")],
)
def test_partner_channel_is_drawn(regulation: Regulation, check: str, quantity: str, partner: str) -> None:
    beside = reading_row(measurement_quantity=partner, energy_kwh=[3.0] * 48)
    rows = [reading_row(measurement_quantity=quantity), beside]
    (panel,) = _depicted(regulation, rows, found(0, check, value=1.0, **RUN)).panels
    assert panel.line == (3.0,) * 48


def test_apparent_energy_is_drawn_against_the_rating(regulation: Regulation) -> None:
    rows = [
        reading_row(energy_kwh=[3.0] * 48),
        reading_row(measurement_quantity="RI", energy_kwh=[5.0] * 48),
        reading_row(measurement_quantity="RE", energy_kwh=[1.0] * 48),
    ]
    (panel,) = _depicted(regulation, rows, found(0, "above_rating", value=5.0, limit=4.0, **RUN)).panels
    assert panel.bars == pytest.approx((5.0,) * 48)
    assert panel.limit == 4.0


@pytest.mark.parametrize(("unit", "demand"), [("MW", 0.6), ("MVA", 1.0)])
def test_demand_is_drawn_against_the_capacity(regulation: Regulation, unit: str, demand: float) -> None:
    rows = [
        reading_row(energy_kwh=[300.0] * 48),
        reading_row(measurement_quantity="RE", energy_kwh=[400.0] * 48),
    ]
    (panel,) = _depicted(regulation, rows, found(0, "above_cop_capacity", value=demand, limit=0.5, unit=unit)).panels
    assert panel.bars == pytest.approx((demand,) * 48)
    assert panel.flagged == set(range(48))


def test_durations_are_drawn_by_their_error(regulation: Regulation) -> None:
    durations = [1800.0] * 48
    durations[4] = 1811.0
    rows = [reading_row(period_duration_s=durations)]
    finding = found(0, "period_duration", value=11.0, limit=1.8, unit="s", first_period=5, last_period=5)
    (panel,) = _depicted(regulation, rows, finding).panels
    assert panel.bars[3:6] == (0.0, 11.0, 0.0)


@pytest.mark.parametrize(
    ("on", "came", "end", "flagged"),
    [
        (LONG_DAY, 46, 50, {46, 47, 48, 49}),
        (SHORT_DAY, 48, 46, {46, 47}),
        (date(2026, 1, 15), 50, 48, {48, 49}),
    ],
)
def test_a_day_of_the_wrong_length_is_drawn_to_its_end(
    regulation: Regulation, on: date, came: int, end: int, flagged: set[int]
) -> None:
    rows = [reading_row(settlement_date=on, energy_kwh=ordinary_values(came))]
    picture = _depicted(regulation, rows, found(0, "period_count", value=float(came)))
    assert picture.panels[0].flagged == flagged
    assert picture.end == end
    assert picture.slots == max(came, end)


def test_an_absent_day_is_drawn_among_its_neighbours(regulation: Regulation) -> None:
    rows = reading_days(6)
    del rows[2:4]
    picture = _depicted(regulation, rows, found(2, "missing_day", value=2.0, unit="day"))
    assert picture.slots == 6
    assert picture.panels[0].flagged == {2, 3}


def test_a_number_of_the_whole_day_is_a_gauge(regulation: Regulation) -> None:
    index = index_of(validation_of([reading_row()], [found(0, "clock_error", value=-47.0, limit=20.0, unit="s")]))
    gauge = depict(Scene(index, 0), regulation)
    assert isinstance(gauge, Gauge)
    assert (gauge.value, gauge.limit) == (47.0, 20.0)


@pytest.mark.parametrize("on", [SHORT_DAY, LONG_DAY, date(2026, 6, 1)])
@pytest.mark.parametrize("utc_day", [True, False])
def test_clock_labels_end_at_midnight(on: date, utc_day: bool) -> None:
    slots = 48 if utc_day else {SHORT_DAY: 46, LONG_DAY: 50}.get(on, 48)
    ticks = clock_ticks(on, slots, utc_day)
    assert ticks[0] == (0, ("00:00", "P1"))
    assert ticks[-1] == (slots, ("00:00",))
    assert all(later - earlier >= 3 for (earlier, _), (later, _) in pairwise(ticks))


def test_clock_labels_follow_the_clock_change() -> None:
    assert clock_ticks(LONG_DAY, 50, utc_day=False)[1] == (6, ("02:00", "P7"))
    assert clock_ticks(SHORT_DAY, 46, utc_day=False)[1] == (6, ("04:00", "P7"))


def test_every_kind_that_fails_is_drawn(regulation: Regulation) -> None:
    durations: dict[str, Any] = {"period_duration_s": [1800.0] * 48}
    for check in CATALOGUE:
        periods = RUN if check.per_period else {}
        (figure,) = _figures(regulation, [reading_row(**durations)], [found(0, check.code, "FAIL", **periods)])
        assert figure.check is BY_CODE[check.code]
        ElementTree.fromstring(figure.svg)


def test_failures_come_first_and_the_rest_is_cut(regulation: Regulation) -> None:
    findings = [
        found(0, "stuck", **RUN),
        found(0, "spike", value=9.0, limit=1.0, unit="kWh", **RUN),
        found(0, "negative_energy", value=-1.0, unit="kWh", **RUN),
    ]
    assert [f.check.code for f in _figures(regulation, [reading_row()], findings)] == [
        "negative_energy",
        "spike",
        "stuck",
    ]
    assert len(_figures(regulation, [reading_row()], findings, most=2)) == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e300, None])
def test_what_cannot_be_drawn_is_marked_as_absent(regulation: Regulation, value: float | None) -> None:
    rows = [reading_row(energy_kwh=values_with({5: value}))]
    finding = found(0, "missing_period", value=value, limit=value, unit="kWh", first_period=5, last_period=5)
    picture = _depicted(regulation, rows, finding)
    assert picture.panels[0].bars[4] is None
    ElementTree.fromstring(svg_of(picture_spec(picture, "FAIL"), "p"))


def test_a_day_without_values_is_drawn(regulation: Regulation) -> None:
    (figure,) = _figures(regulation, [reading_row(energy_kwh=[])], [found(0, "period_count", value=0.0)])
    ElementTree.fromstring(figure.svg)
    (figure,) = _figures(regulation, [reading_row(energy_kwh=[])], [found(0, "mpan_check_digit")])
    ElementTree.fromstring(figure.svg)
