"""Days of 2021 and 2022, around the dates of approvals and removals."""

from __future__ import annotations

from datetime import date

from sample_data.days import settle_registers
from sample_data.submission import Raises, Submission


def build() -> Submission:
    """Sent without statuses, so that nothing can be said of estimates or alarms."""
    history = Submission("history", "Days of 2021 and 2022, as a wide CSV without statuses")
    history.send(["Example Ferry Terminal"], [date(2021, 10, 20)])
    history.send(["Example Bus Garage"], [date(2021, 11, 15)])
    history.send(["Example Tram Shed"], [date(2021, 12, 1)])
    history.send(["Example Office", "Example Waterworks"], [date(2022, 5, 11)])
    settle_registers(history.days)
    for day in history.days:
        day.flags = None
    _protocols(history)
    _approvals(history)
    return history


def _protocols(history: Submission) -> None:
    history.silent(
        history.all_of("Example Ferry Terminal"),
        "SP Dataserve reads a CM10 on 2021-10-20",
        "removed in November 2021, so approved before",
    )
    history.silent(
        history.all_of("Example Bus Garage"),
        "SP Dataserve reads a CM11 on 2021-11-15",
        "removed in November 2021, on a day that is not stated: not run",
    )
    history.plant(
        history.all_of("Example Tram Shed"),
        "SP Dataserve reads a CM32 on 2021-12-01",
        "removed in November 2021, which is over",
        Raises("protocol_not_approved", "FAIL"),
    )


def _approvals(history: Submission) -> None:
    office = history.all_of("Example Office")
    for day in office:
        day.shows_as = "APPROVED_LATER"
    history.plant(
        office,
        "M6X8G0B on 2022-05-11",
        "approved for CoP 5 Issue 6 in June 2022, which is later",
        Raises("certified_later", "QUERY"),
    )
    history.silent(
        history.all_of("Example Waterworks"),
        "M6X8G05 on 2022-05-11",
        "listed as replaced by M6X8G0B, approved without a date of its own",
    )
