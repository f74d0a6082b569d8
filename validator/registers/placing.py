"""Puts register readings where they belong, all of them a column at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.readings.register_readings import RegisterReadings
from validator.registers.channel_days import ChannelDays, keys_of
from validator.registers.coded import CodedReadings, coded
from validator.registers.serials import NO_METER, roles_of
from validator.registers.unmatched import (
    FAILED,
    MATCHED,
    NOT_AT_MIDNIGHT,
    NOT_ON_FILE,
    SEVERAL_REGISTERS,
    UnmatchedReadings,
)
from validator.schema import QUANTITIES
from validator.standing import StandingData

_AI = QUANTITIES.index("AI")
Reasons = npt.NDArray[np.int8]


def placed(
    readings: pa.Table, registers: Sequence[RegisterReadings], standing: StandingData
) -> tuple[pa.Table, int, UnmatchedReadings]:
    """READINGS with the registers filled in, how many were, and those that were not; `registers` has one at least."""
    sent = coded(registers)
    channel_days = ChannelDays(readings, sent.mpans)
    reason = _reasons(sent, standing, channel_days)
    left = np.flatnonzero(reason != MATCHED)
    files = np.repeat(np.arange(len(registers), dtype=np.int32), [len(each) for each in registers])
    lines = np.concatenate([each.columns["line"].to_numpy() for each in registers])
    unmatched = UnmatchedReadings(tuple(each.file for each in registers), files[left], lines[left], reason[left])
    return channel_days.filled(), len(reason) - len(left), unmatched


def _reasons(sent: CodedReadings, standing: StandingData, channel_days: ChannelDays) -> Reasons:
    """Why each is not used, a place in REASONS; those that are have been taken by `channel_days`."""
    reason = np.where(
        sent.failed,
        FAILED,
        np.where(
            ~sent.at_midnight,
            NOT_AT_MIDNIGHT,
            np.where((sent.quantity < 0) & ~sent.alone, SEVERAL_REGISTERS, MATCHED),
        ),
    ).astype(np.int8)
    rows = np.flatnonzero(reason == MATCHED)
    role = roles_of(sent, rows, standing)
    reason[rows[role == NO_METER]] = NOT_ON_FILE
    rows, role = rows[role != NO_METER], role[role != NO_METER]
    quantity = np.where(sent.quantity[rows] < 0, _AI, sent.quantity[rows])
    keys = keys_of(sent.mpan[rows], quantity, role, sent.on[rows])
    reason[rows] = channel_days.take(keys, sent.value_kwh[rows])
    return reason
