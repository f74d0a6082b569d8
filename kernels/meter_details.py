"""Metering systems of a D0268 that are one outstation, one meter and registers that agree: what each of them says."""

from __future__ import annotations

import numpy as np

from kernels.compile import inlined, without_arrays

MOST_ISSUE_DIGITS, MOST_REGISTER_DIGITS, MOST_DIGITS = 3, 12, 2
BLANK, NOT_WHOLE = -2, -1
_CHECK = np.frombuffer(b"CHECK", dtype=np.uint8)


@inlined
def _whole(data, texts, row, most_digits):  # type: ignore[no-untyped-def]
    """A whole number of at most `most_digits` digits; BLANK or NOT_WHOLE where the text is none."""
    first, past = texts[np.uint64(row), 0], texts[np.uint64(row), 1]
    number = np.int64(BLANK if first == past else 0)
    if past - first > most_digits:
        number = np.int64(NOT_WHOLE)
    else:
        for i in range(first, past):
            digit = np.int64(data[np.uint64(i)]) - 48
            number = number * 10 + digit if number >= 0 and 0 <= digit <= 9 else np.int64(NOT_WHOLE)
    return number


@inlined
def _same(data, texts, row, others, other):  # type: ignore[no-untyped-def]
    """Whether two texts are the same."""
    first, second = texts[np.uint64(row), 0], others[np.uint64(other), 0]
    length = texts[np.uint64(row), 1] - first
    same = others[np.uint64(other), 1] - second == length
    i = np.int64(0)
    while same and i < length:
        same = data[np.uint64(first + i)] == data[np.uint64(second + i)]
        i += 1
    return same


@inlined
def _begins_with_check(data, texts, row):  # type: ignore[no-untyped-def]
    first = texts[np.uint64(row), 0]
    found = texts[np.uint64(row), 1] - first >= _CHECK.size
    i = np.int64(0)
    while found and i < _CHECK.size:
        found = data[np.uint64(first + i)] == _CHECK[np.uint64(i)]
        i += 1
    return found


@without_arrays
def plain_systems(  # type: ignore[no-untyped-def]
    data, of_outstation, of_meter, meter_of_register, issues, makes, outstation_ids, register_outstations,
    pulse_texts, pulses, multiplier_texts, multipliers, quantities, digit_texts,
    plain, systems, meters, outstations, issue, resolution_kwh, digits,
):  # fmt: skip
    """What each plain metering system says, one after another; how many are plain.

    Plain is one with at most one outstation and one meter that is no check meter, whose registers name no other
    outstation and agree about active energy, and of which nothing has to be noted.

    `data` uint8 (bytes,). `of_outstation` and `of_meter` int32: the metering system of each outstation and meter, and
    `meter_of_register` the meter of each register, all in rising order. Texts int32 (rows, 2), first byte and past
    the last, of `issues` (of the CoP), `makes` (of meters), `outstation_ids`, and of registers. `pulses` (kWh) and
    `multipliers` float64 are the registers' numbers, NaN where the text is none.

    Filled: `plain` bool (metering systems,). Of the plain ones, at their start: `systems`, `meters` and `outstations`
    int64, their rows, -1 for none; `issue` int32, 0 for none; `resolution_kwh` float64, NaN for none; `digits` of
    registers int32, 0 for none.
    """
    found = np.int64(0)
    outstation, meter, register = np.int64(0), np.int64(0), np.int64(0)
    for system in range(np.int64(plain.size)):
        first_outstation, first_meter = outstation, meter
        while outstation < of_outstation.size and of_outstation[np.uint64(outstation)] == system:
            outstation += 1
        while meter < of_meter.size and of_meter[np.uint64(meter)] == system:
            meter += 1
        right = bool(outstation - first_outstation <= 1 and meter - first_meter <= 1)
        number = _whole(data, issues, system, MOST_ISSUE_DIGITS)
        right = bool(right and (number > 0 or number == BLANK))
        if meter > first_meter:
            right = bool(right and not _begins_with_check(data, makes, first_meter))
        pulse, wide = np.nan, np.int64(0)
        while register < meter_of_register.size and meter_of_register[np.uint64(register)] < meter:
            at = np.uint64(register)
            if right and outstation > first_outstation:
                named = register_outstations[at, 1] > register_outstations[at, 0]
                right = bool(not named or _same(data, register_outstations, register, outstation_ids, first_outstation))
            if right and _is_active(data, quantities, register):
                width = _whole(data, digit_texts, register, MOST_DIGITS)
                if width != BLANK:
                    right = bool(1 <= width <= MOST_REGISTER_DIGITS and wide in (0, width))
                    wide = width
                # A pulse is all of it where no outstation multiplier says otherwise.
                alone = multiplier_texts[at, 0] == multiplier_texts[at, 1] or multipliers[at] == 1.0
                if alone and pulses[at] > 0 and pulses[at] < np.inf:
                    right = bool(right and (np.isnan(pulse) or pulse == pulses[at]))
                    pulse = pulses[at]
                elif pulse_texts[at, 1] > pulse_texts[at, 0]:
                    right = False
            register += 1
        plain[np.uint64(system)] = right
        if right:
            to = np.uint64(found)
            systems[to] = system
            meters[to] = first_meter if meter > first_meter else -1
            outstations[to] = first_outstation if outstation > first_outstation else -1
            issue[to] = max(number, 0)
            resolution_kwh[to] = pulse
            digits[to] = wide
            found += 1
    return found


@inlined
def _is_active(data, quantities, register):  # type: ignore[no-untyped-def]
    """Whether a register measures active energy: AI or AE."""
    first = quantities[np.uint64(register), 0]
    active = quantities[np.uint64(register), 1] - first == 2
    if active:
        second = data[np.uint64(first + 1)]
        active = data[np.uint64(first)] == 65 and (second == 73 or second == 69)
    return active


@without_arrays
def cop_numbers(data, texts, out):  # type: ignore[no-untyped-def]
    """The number of the Code of Practice in each text: 6 of `6a` to `6d`, others without zeros before them.

    `texts` and `out` int32 (rows, 2), first byte and past the last in `data` uint8; what is left may be nothing.
    """
    for row in range(np.uint64(out.shape[0])):
        first, past = texts[row, 0], texts[row, 1]
        if past - first == 2 and data[np.uint64(first)] == 54:
            # In small letters.
            kind = data[np.uint64(first + 1)] | 32
            past -= np.int64(kind >= 97 and kind <= 100)
        while first < past and data[np.uint64(first)] == 48:
            first += 1
        out[row, 0] = first
        out[row, 1] = past
