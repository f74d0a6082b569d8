"""Whether a collector may read an outstation type, over time."""

from __future__ import annotations

from datetime import date

from tests.regulation.folders import PROTOCOL, Folder
from validator.regulation import Regulation, load_regulation


def steps(
    regulation: Regulation, collector: str | None, outstation: str | None
) -> list[tuple[date | None, bool | None]]:
    return [(step.from_date, step.approved) for step in regulation.protocol(collector, outstation)]


def test_a_removal_in_a_month_is_certain_after_it(regulation: Regulation) -> None:
    assert steps(regulation, "SP Dataserve", "CM10") == [
        (None, True),
        (date(2021, 11, 1), None),
        (date(2021, 12, 1), False),
    ]


def test_approved_by_a_date_at_the_latest_is_taken_as_always(regulation: Regulation) -> None:
    assert steps(regulation, "CDCA", "Elster A1700") == [(None, True)]


def test_a_pair_that_the_list_does_not_name(regulation: Regulation) -> None:
    assert steps(regulation, "CDCA", "CM10") == [(None, None)]
    assert steps(regulation, "TESG", "CM10") == [(None, None)]
    assert steps(regulation, "TESG", "") == [(None, None)]
    assert steps(regulation, None, "CM10") == [(None, None)]


def test_events_follow_each_other(own: Folder) -> None:
    own.write(
        "protocol_approvals.csv",
        PROTOCOL,
        "A,X,approved,,2020-02,month,confirmed",
        "A,X,removed,,2021-12,month,confirmed",
        "A,X,approved,,2022-03-15,day,confirmed",
        "B,X,removed,,2020-01-31,before,confirmed",
        "C,X,removed,,2020-01-31,day,confirmed",
        "C,X,approved,,2021-05-01,before,confirmed",
    )
    regulation = load_regulation(own.path)
    assert steps(regulation, "A", "X") == [
        (None, False),
        (date(2020, 2, 1), True),
        (date(2021, 12, 1), None),
        (date(2022, 1, 1), False),
        (date(2022, 3, 15), True),
    ]
    assert steps(regulation, "B", "X") == [(None, None), (date(2020, 1, 31), False)]
    assert steps(regulation, "C", "X") == [
        (None, True),
        (date(2020, 1, 31), None),
        (date(2021, 5, 1), True),
    ]


def test_reasons_name_the_row(regulation: Regulation) -> None:
    last = regulation.protocol("SP Dataserve", "CM10")[-1]
    assert last.reason == "SP Dataserve reading CM10 was removed in 2021-11 (protocol_approvals.csv:3, confirmed)"
