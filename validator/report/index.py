"""The verdicts and findings as numbers, so that counting and choosing stay columnar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.catalogue import CATALOGUE
from validator.catalogue.catalogue import ACTORS
from validator.mpan import distinct, numbered
from validator.schema import OUTCOMES
from validator.validation.result import Validation

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_CODES = tuple(check.code for check in CATALOGUE)


@dataclass(frozen=True)
class Index:
    """Numbers for the rows of the verdicts (rows,) and of the findings (findings,).

    `outcome` and `finding_outcome` index OUTCOMES, `finding_check` CATALOGUE and `finding_actor` ACTORS.
    `channel` numbers the channels (MPAN, quantity, role) and `first_row` (channels,) is where each first
    stands; `mpan` numbers the metering systems. `day` is days since 1970.
    """

    validation: Validation
    mpan: Ints
    channel: Ints
    first_row: Ints
    day: Ints
    outcome: Ints
    finding_row: Ints
    finding_check: Ints
    finding_outcome: Ints
    finding_actor: Ints

    @property
    def rows(self) -> int:
        """Number of channel-days."""
        return len(self.channel)

    @property
    def channels(self) -> int:
        """Number of channels."""
        return len(self.first_row)

    @cached_property
    def finding_channel(self) -> Ints:
        """The channel that each finding stands on."""
        return self.channel[self.finding_row]

    @cached_property
    def severity(self) -> Floats:
        """How far each finding's value is past its limit, as a ratio; its size where there is no limit."""
        value = np.abs(_numbers(self.validation.findings["value"]))
        limit = np.abs(_numbers(self.validation.findings["limit"]))
        bounded = limit > 0
        ratio = np.divide(value, limit, out=value.copy(), where=bounded)
        return np.nan_to_num(ratio, nan=-1.0, posinf=np.finfo(np.float64).max)

    @cached_property
    def _findings_by_channel(self) -> tuple[Ints, Ints]:
        return _grouped(self.finding_channel, self.channels)

    @cached_property
    def _rows_by_channel(self) -> tuple[Ints, Ints]:
        return _grouped(self.channel, self.channels)

    def findings_of(self, channel: int) -> Ints:
        """Positions of a channel's findings, in their order."""
        order, starts = self._findings_by_channel
        return order[starts[channel] : starts[channel + 1]]

    def rows_of(self, channel: int) -> Ints:
        """Positions of a channel's rows, in their order."""
        order, starts = self._rows_by_channel
        return order[starts[channel] : starts[channel + 1]]

    def worst_finding(self, of: Ints) -> int:
        """The most telling of some findings: worst outcome, then furthest past its limit, then the first."""
        outcome = self.finding_outcome[of]
        worst = of[outcome == outcome.max()]
        return int(worst[np.argmax(self.severity[worst])])

    def finding(self, at: int) -> dict[str, Any]:
        """One row of the findings table by column name."""
        row: dict[str, Any] = self.validation.findings.slice(at, 1).to_pylist()[0]
        return row


def index_of(validation: Validation) -> Index:
    """Numbers a validation's rows and findings."""
    verdicts, findings = validation.verdicts, validation.findings
    mpan = distinct(verdicts["mpan_core"].combine_chunks()).places.astype(np.int64)
    quantity, quantities = encoded(verdicts["measurement_quantity"])
    role, roles = encoded(verdicts["role"])
    # Numbered by our own kernel: Arrow's dictionaries of as many numbers as rows took half of the counting's time.
    channel = numbered((mpan * max(quantities, 1) + quantity) * max(roles, 1) + role)[0].astype(np.int64)
    many = int(channel.max()) + 1 if len(channel) else 0
    first_row = np.zeros(many, dtype=np.int64)
    # Backwards, so that the first row of a channel is what remains.
    first_row[channel[::-1]] = np.arange(len(channel))[::-1]
    return Index(
        validation=validation,
        mpan=mpan,
        channel=channel,
        first_row=first_row,
        day=integers(verdicts["settlement_date"].cast(pa.int32())),
        outcome=_places(verdicts["outcome"], OUTCOMES),
        finding_row=np.asarray(validation.finding_rows, dtype=np.int64),
        finding_check=_places(findings["check"], _CODES),
        finding_outcome=_places(findings["outcome"], OUTCOMES),
        finding_actor=_places(findings["next_action"], ACTORS),
    )


def encoded(column: pa.ChunkedArray) -> tuple[Ints, int]:
    """Equal values numbered alike, from 0, and how many numbers there may be; nulls are one more."""
    whole = column.combine_chunks()
    if pa.types.is_dictionary(whole.type):
        return integers(pc.fill_null(whole.indices, len(whole.dictionary))), len(whole.dictionary) + 1
    codes = pc.dictionary_encode(whole, null_encoding="encode")
    return integers(codes.indices), len(codes.dictionary)


def integers(column: pa.ChunkedArray | pa.Array) -> Ints:
    """An integer column without nulls as int64."""
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.int64)


def _places(column: pa.ChunkedArray, words: Sequence[str]) -> Ints:
    """Each word's place in `words`; ValueError for one that is not there."""
    if pa.types.is_dictionary(column.type):
        encoded = column.combine_chunks()
        return _places(pa.chunked_array([encoded.dictionary]), words)[integers(encoded.indices)]
    places = pc.index_in(column, pa.array(words, type=pa.string()))
    if places.null_count:
        raise ValueError(f"a word that is not one of {', '.join(words)}")
    return integers(places)


def _grouped(group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Positions ordered by group, and where each group starts among them; int64 (n,) and (groups + 1,)."""
    starts = np.zeros(groups + 1, dtype=np.int64)
    np.cumsum(np.bincount(group, minlength=groups), out=starts[1:])
    return np.argsort(group, kind="stable"), starts


def _numbers(column: pa.ChunkedArray) -> Floats:
    return np.asarray(pc.fill_null(column, np.nan).to_numpy(), dtype=np.float64)
