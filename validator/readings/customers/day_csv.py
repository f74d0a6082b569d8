"""A customer's CSV with a row per channel-day and a column per period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.errors import SubmissionError
from validator.readings.casts import cast_or_refuse
from validator.readings.csv_cells import MOST_PERIODS, Floats
from validator.readings.csv_table import lines_told, text_table
from validator.readings.dates import first_implausible
from validator.readings.half_hours.coded import Coded, coded
from validator.readings.half_hours.row_csv import NUMBER, number_cells
from validator.readings.half_hours.stamp_texts import dates_of
from validator.readings.source import Submission

_WORDS = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class DayTable:
    """The rows of a CSV: `names` of all its columns, `texts` and `energies` those that are read.

    `nulls` are the words for no value. `spaced`: numbers may hold stray spaces.
    """

    names: Sequence[str]
    texts: Sequence[str]
    energies: Sequence[str]
    header_lines: int
    nulls: Sequence[str] = ("",)
    spaced: bool = False

    def read(self, submission: Submission) -> pa.Table:
        """Texts as dictionaries, energies as doubles; SubmissionError with line, row and column."""
        types = {**dict.fromkeys(self.texts, _WORDS), **dict.fromkeys(self.energies, pa.float64())}
        chosen = (*self.texts, *self.energies)
        try:
            table = text_table(submission, self.names, chosen, self.header_lines, types, self.nulls)
            if all(pc.all(pc.is_finite(table[name]), min_count=0).as_py() for name in self.energies):
                return table
        except SubmissionError:
            pass
        # Something is out of the ordinary: as text, each cell can be shown as it was sent.
        texts = dict.fromkeys(self.texts, _WORDS)
        return self._cast(submission, text_table(submission, self.names, chosen, self.header_lines, texts, self.nulls))

    def _cast(self, submission: Submission, table: pa.Table) -> pa.Table:
        with lines_told(self.header_lines):
            for name in self.energies:
                column = pc.replace_substring(table[name], " ", "") if self.spaced else table[name]
                cast = cast_or_refuse(submission, name, column, partial(number_cells, kind=pa.float64()), NUMBER)
                table = table.set_column(table.column_names.index(name), name, cast)
        return table

    def matrix(self, table: pa.Table) -> Floats:
        """The energies as float64 (rows, MOST_PERIODS); NaN where blank."""
        matrix = np.full((table.num_rows, MOST_PERIODS), np.nan)
        for index, name in enumerate(self.energies):
            matrix[:, index] = table[name].to_numpy()
        return matrix

    def refuse(
        self, submission: Submission, table: pa.Table, row: int, column: str, expected: str, action: str
    ) -> SubmissionError:
        """The error for one cell; `row` from 0."""
        value = table[column][row].as_py()
        found = "blank" if value is None else repr(value)[:60]
        return submission.refuse(found, expected, action, line=row + 1 + self.header_lines, row=row + 1, column=column)

    def filled(self, submission: Submission, table: pa.Table, name: str) -> Coded:
        """A column of text that may not be blank."""
        found = coded(table[name], trimmed=True)
        if found.first_blank is not None:
            raise self.refuse(submission, table, found.first_blank, name, "a value in every row", "Fill it")
        return found

    def days(self, submission: Submission, table: pa.Table, name: str, form: str, shape: str) -> npt.NDArray[np.int32]:
        """A column of dates as days since 1970-01-01."""
        found = self.filled(submission, table, name)
        numbers, valid = dates_of(found.texts, [form])
        if not valid.all():
            row = int((~valid)[found.codes].argmax())
            raise self.refuse(submission, table, row, name, f"a date as {shape}", "Correct the date")
        days = numbers[found.codes]
        implausible = first_implausible(days, submission.today)
        if implausible:
            row, expected = implausible
            raise self.refuse(submission, table, row, name, expected, "Correct the date")
        return days
