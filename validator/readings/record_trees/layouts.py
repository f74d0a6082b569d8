"""What a flow's records are, and which of their fields are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kernels import field_values as kernel
from kernels import pipes
from validator.readings.pipes.envelopes import Flow

Integers = npt.NDArray[np.int64]
_SORT_OF = {
    kernel.TEXT: "texts", kernel.FILLED: "texts", kernel.DATE: "stamps", kernel.STAMP: "stamps",
    kernel.NUMBER: "numbers", kernel.LOOSE: "numbers",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A field that is kept: its place from 1, its name in the trade, its kind (of kernels.field_values) and its own.

    A field that is only checked has no name of its own. Any other field never leaves the bytes of the file, and no
    message shows it.
    """

    place: int
    title: str
    kind: int = kernel.CHECKED
    name: str = ""


@dataclass(frozen=True)
class Record:
    """One kind of record: its id, its fields after that, and the kind that has to stand above it in its group.

    A line of one that is `secret` is in no message.
    """

    record: str
    fields: int
    columns: tuple[Column, ...]
    parent: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Layout:
    """One DTC flow. The first record is the top of the tree, and begins a flow instance.

    `row` is the record of which a message says how many were good, in `counted` words.
    """

    word: str
    records: tuple[Record, ...]
    row: str
    counted: str
    header: str = "ZHV"
    trailer: str = "ZPT"

    @property
    def flow(self) -> Flow:
        """What its envelope is held against."""
        return Flow(self.word, "DTC", self.records[0].record)

    @property
    def row_is_group(self) -> bool:
        """Whether a row is a whole group, all that stands under it among it."""
        return self.row == self.records[0].record

    @property
    def secret(self) -> bool:
        """Whether the flow has lines that no message may show."""
        return any(each.secret for each in self.records)

    @cached_property
    def kinds(self) -> dict[str, int]:
        """Place of each record id."""
        return {each.record: place for place, each in enumerate(self.records)}

    @cached_property
    def group_ids(self) -> Integers:
        """The packed record id before which a file may be cut (1,)."""
        return np.array([pipes.packed(self.records[0].record)], dtype=np.int64)

    @cached_property
    def ids(self) -> Integers:
        """Packed record ids with their bar (kinds,)."""
        return np.array([pipes.packed(f"{each.record}|") for each in self.records], dtype=np.int64)

    @cached_property
    def field_counts(self) -> Integers:
        """Fields after the record id (kinds,)."""
        return np.array([each.fields for each in self.records], dtype=np.int64)

    @cached_property
    def parents(self) -> Integers:
        """The kind that has to stand above, -1 for none (kinds,)."""
        return np.array([self.kinds.get(each.parent, -1) for each in self.records], dtype=np.int64)

    @cached_property
    def places(self) -> dict[str, dict[str, int]]:
        """Of `texts`, `stamps` and `numbers`, where each column stands in what the scanner fills."""
        found: dict[str, dict[str, int]] = {"texts": {}, "stamps": {}, "numbers": {}}
        for record in self.records:
            for column in record.columns:
                if column.name:
                    of = found[_SORT_OF[column.kind]]
                    of[column.name] = len(of)
        return found

    @cached_property
    def fields(self) -> Integers:
        """`fields` of kernels.record_trees.scan."""
        width = max(len(each.columns) for each in self.records)
        fields = np.zeros((len(self.records), width, kernel.FIELD_SIZE), dtype=np.int64)
        for kind, record in enumerate(self.records):
            for at, column in enumerate(record.columns):
                place = self.places[_SORT_OF[column.kind]][column.name] if column.name else 0
                fields[kind, at] = column.place, column.kind, place
        return fields

    def kind_of(self, name: str) -> int:
        """The kind of record that has a column of that name."""
        return next(
            kind for kind, record in enumerate(self.records) if any(each.name == name for each in record.columns)
        )
