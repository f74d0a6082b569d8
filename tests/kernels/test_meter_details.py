"""Which metering systems of a D0268 are plain, and what they say, against a reading of them one by one."""

from __future__ import annotations

import math
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.meter_details import plain_systems

_ISSUES = st.sampled_from(["", "0", "1", "6", "999", "1000", "x", "-1"])
_OUTSTATION = st.sampled_from(["OUT1", "OUT2"])
_DIGITS = st.sampled_from(["", "0", "1", "6", "6", "06", "12", "13", "123", "x"])
_PULSES = st.sampled_from(["", "0.1", "0.1", "0.10", "0", "x", "1"])
_REGISTERS = st.lists(
    st.tuples(
        st.sampled_from(["", "OUT1", "OUT1", "OUT2"]),
        st.sampled_from(["AI", "AE", "RI", "A", "BI", "AIX"]),
        _DIGITS,
        _PULSES,
        st.sampled_from(["", "1.0", "1", "2", "x"]),
    ),
    max_size=3,
)
_METERS = st.tuples(st.sampled_from(["MAKE", "CHEC", "CHECK", "CHECKER", ""]), _REGISTERS)
_SYSTEMS = st.tuples(_ISSUES, st.lists(_OUTSTATION, max_size=2), st.lists(_METERS, max_size=2))
Register = tuple[str, str, str, str, str]
System = tuple[str, list[str], list[tuple[str, list[Register]]]]


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9.]+", text) else math.nan


def _said(system: System) -> tuple[int, float, int] | None:
    """Issue, resolution and digits of a plain one, 0 or NaN where it says none; None of any other."""
    issue, outstations, meters = system
    if len(outstations) > 1 or len(meters) > 1 or not re.fullmatch("(?!0+$)[0-9]{1,3}|", issue):
        return None
    registers = meters[0][1] if meters else []
    if meters and meters[0][0].startswith("CHECK"):
        return None
    if outstations and any(register[0] not in ("", outstations[0]) for register in registers):
        return None
    digits, pulses = set(), set()
    for _, quantity, width, pulse, multiplier in registers:
        if quantity not in ("AI", "AE"):
            continue
        if width and not (re.fullmatch("[0-9]{1,2}", width) and 1 <= int(width) <= 12):
            return None
        digits |= {int(width)} if width else set()
        if _number(pulse) > 0 and (not multiplier or _number(multiplier) == 1):
            pulses.add(_number(pulse))
        elif pulse:
            return None
    if len(digits) > 1 or len(pulses) > 1:
        return None
    return int(issue or 0), pulses.pop() if pulses else math.nan, digits.pop() if digits else 0


class _Text:
    """Bytes so far, and places in them."""

    def __init__(self) -> None:
        self.data = b"|"

    def places(self, texts: list[str]) -> np.ndarray:
        found = []
        for text in texts:
            found.append((len(self.data), len(self.data) + len(text)))
            self.data += text.encode() + b"|"
        return np.array(found, dtype=np.int64).reshape(-1, 2)


def _under(counts: list[int]) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts).astype(np.int32)


@settings(max_examples=400)
@given(st.lists(_SYSTEMS, max_size=5))
def test_plain_systems_say_what_they_say_one_by_one(systems: list[System]) -> None:
    text = _Text()
    meters = [meter for _, _, each in systems for meter in each]
    registers = [register for _, each in meters for register in each]
    issues = text.places([issue for issue, _, _ in systems])
    makes = text.places([make for make, _ in meters])
    outstations = text.places([outstation for _, each, _ in systems for outstation in each])
    named, quantities, digits, pulses, multipliers = (
        text.places([register[k] for register in registers]) for k in range(5)
    )
    numbers = [np.array([_number(register[k]) for register in registers], dtype=np.float64) for k in (3, 4)]
    plain = np.empty(len(systems), dtype=np.bool_)
    rows = np.full((3, len(systems)), 99, dtype=np.int64)
    issue, resolution, widths = (np.empty(len(systems), dtype=kind) for kind in (np.int32, np.float64, np.int32))
    of_outstation = _under([len(each) for _, each, _ in systems])
    of_meter = _under([len(each) for _, _, each in systems])
    found = plain_systems(
        np.frombuffer(text.data, dtype=np.uint8), of_outstation, of_meter, _under([len(each) for _, each in meters]),
        issues, makes, outstations, named, pulses, numbers[0], multipliers, numbers[1], quantities, digits,
        plain, *rows, issue, resolution, widths,
    )  # fmt: skip
    said = [_said(system) for system in systems]
    assert plain.tolist() == [each is not None for each in said]
    expected = [each for each in said if each is not None]
    assert found == len(expected)
    told = zip(issue[:found].tolist(), resolution[:found].tolist(), widths[:found].tolist(), strict=True)
    assert repr(list(told)) == repr(expected)
    assert rows[0, :found].tolist() == np.flatnonzero(plain).tolist()
    for above, of in ((of_meter, rows[1]), (of_outstation, rows[2])):
        only = {int(system): row for row, system in enumerate(above)}
        assert of[:found].tolist() == [only.get(system, -1) for system in rows[0, :found].tolist()]
