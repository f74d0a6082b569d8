"""Governing Issue and certification, by every date on which something changes, against a reader of checks.md alone."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from tests.build import reading_row
from tests.independent import certified
from tests.independent.estates import mpan_of
from tests.validation.product import judged, run
from validator.regulation import load_regulation

DAYS = [
    dt.date(*day)
    for day in (
        (2021, 10, 31), (2021, 11, 1), (2021, 11, 30), (2021, 12, 1), (2022, 5, 31), (2022, 6, 1), (2022, 6, 29),
        (2022, 6, 30), (2023, 12, 30), (2023, 12, 31), (2026, 9, 16),
    )
]  # fmt: skip
ISSUES = {"1": (2, 3), "2": (4, 5), "3": (5, 6), "5": (6, 7), "10": (2, 3)}
FIRMWARE = ("M6X8G0B", "M6X8G0B", "M6X8G0B", "M6X8G05", "m6x8g0b", "M6X8GOB", "M6X8G0B1", None)
OF_WORD = {
    "FIRMWARE_NOT_LISTED": "not_certified", "VARIANT_NOT_LISTED": "not_certified", "TYPE_NOT_LISTED": "not_certified",
    "WITHDRAWN": "not_certified", "APPROVED_OTHER_ISSUE": "certified_other_issue", "APPROVED_LATER": "certified_later",
}  # fmt: skip
CODES = {*OF_WORD.values(), "no_standing_data", "protocol_not_approved", "firmware_mismatch", "outstation_mismatch"}


def _meter(rng, place):
    cop = rng.choice(["1", "2", "3", "5", "10", "6", "8", "11", None])
    declared = cop in ISSUES and rng.random() < 0.5
    return {
        "mpan_core": mpan_of(place), "role": "MAIN", "effective_from": dt.date(2010, 1, 1), "effective_to": None,
        "manufacturer": "Secure Meters (UK) Limited",
        "meter_type": rng.choice(["Prometer 100"] * 8 + ["Prometer 1000", None]),
        "variant": rng.choice(["P3E", "R3E", "P9X"]), "firmware": rng.choice(FIRMWARE), "cop": cop,
        "issue": rng.choice(ISSUES[cop]) if declared else None,
        # With an Issue declared, D/535 could stand beside it: the text does not say which of the two prevails.
        "first_registered_on": None if declared else rng.choice([None, *DAYS]),
        "meter_serial": rng.choice(["S1", "S2", None]), "outstation_id": rng.choice(["O1", "O2", None]),
        "collector": rng.choice(["SP Dataserve", "CDCA", "TESG", None]),
        "outstation_type": rng.choice(["CM10", "CM32", "Elster A1700", None]),
    }  # fmt: skip


def _expected(meter, row):
    on = row["settlement_date"]
    cop, issue, word = certified.governed(meter, on)
    codes = {"no_standing_data"} if cop is None else {OF_WORD[word]} if word in OF_WORD else set()
    read = [(row[name], meter[name]) for name in ("outstation_id", "meter_serial")]
    if any(a and b and a != b for a, b in read):
        codes.add("outstation_mismatch")
    if row["firmware"] and meter["firmware"] and row["firmware"] != meter["firmware"]:
        codes.add("firmware_mismatch")
    if certified.protocol(meter["collector"], meter["outstation_type"], on) is False:
        codes.add("protocol_not_approved")
    return cop, issue, word, codes


@pytest.mark.parametrize("seed", range(2))
def test_both_say_the_same_of_every_meter_on_every_day(seed: int) -> None:
    rng = random.Random(seed)
    meters = [_meter(rng, place) for place in range(300)]
    pairs = []
    for meter in meters:
        # What comes before the first registration is of no meter that was there.
        since = meter["first_registered_on"] or DAYS[0]
        for on in rng.sample([day for day in DAYS if day >= since], k=1):
            read = {"firmware": rng.choice(["M6X8G0B", None]), "meter_serial": "S1", "outstation_id": "O1"}
            pairs.append((meter, reading_row(mpan_core=meter["mpan_core"], settlement_date=on, **read)))
    found = judged(run([row for _, row in pairs], meters, load_regulation()))
    words = set()
    for (meter, row), theirs in zip(pairs, found, strict=True):
        cop, issue, word, codes = _expected(meter, row)
        assert (theirs.cop, theirs.issue, theirs.certification) == (cop, issue, word), (meter, row)
        assert set(theirs.found) & CODES == codes, (meter, row)
        words.add(word)
    assert words >= {*OF_WORD, "APPROVED", "DISPENSED", "UNKNOWN", None} - {"WITHDRAWN"}
