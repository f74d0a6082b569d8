"""One sent column into the type that READINGS gives it, or a SubmissionError naming column and row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from validator.readings.source import Submission
from validator.schema import READINGS

_MOST_SHOWN = 60
MOST_OFFSET = 2**31 - 1
"""Arrow's lists and texts count with int32."""


def cast_column(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """`column` with the type of READINGS column `name`; not copied where it has that type already."""
    target = READINGS.field(name).type
    if column.type == target:
        return column if not pt.is_list(target) else _lists(submission, name, column)
    if pt.is_null(column.type):
        return column.cast(target)
    kind = _kind(target)
    if not kind.accepts(column.type):
        raise submission.refuse(f"type {column.type}", kind.expected, "Convert the column", column=name)
    return kind.cast(submission, name, column)


def shown(value: Any) -> str:
    """A scalar for a message, cut short."""
    try:
        text = repr(value.as_py()) if pt.is_string(value.type) else str(value)
    except (ValueError, OverflowError, LookupError):
        text = f"{value.type} out of range"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def cast_or_refuse(
    submission: Submission,
    name: str,
    column: pa.ChunkedArray,
    cast: Callable[[Any], Any],
    expected: str,
    row_of: Callable[[int], int] = lambda index: index,
) -> pa.ChunkedArray:
    """`cast(column)`; where it raises, the first value that it cannot do is searched and named.

    `row_of` turns an index of `column` into a row of the submission, from 0.
    """
    try:
        return cast(column)
    except pa.ArrowInvalid as error:
        index = _first_failing(column, cast)
        if index is None:
            raise submission.refuse(str(error), expected, "Send it in smaller parts", column=name) from error
        raise submission.refuse(
            shown(column[index]), expected, "Correct the value", row=row_of(index) + 1, column=name
        ) from error


def _first_failing(column: pa.ChunkedArray, cast: Callable[[Any], Any]) -> int | None:
    """Index of the first value that fails on its own; halves the span each time. None where none does."""
    first, span = 0, len(column)
    while span > 1:
        half = span // 2
        if _fails(column.slice(first, half), cast):
            span = half
        else:
            first, span = first + half, span - half
    return first if _fails(column.slice(first, 1), cast) else None


def _fails(part: pa.ChunkedArray, cast: Callable[[Any], Any]) -> bool:
    try:
        cast(part)
    except pa.ArrowInvalid:
        return True
    return False


def is_text(sent: pa.DataType) -> bool:
    """Whether a column's type is one of text, as it is or in a dictionary."""
    plain = sent.value_type if pt.is_dictionary(sent) else sent
    return bool(pt.is_string(plain) or pt.is_large_string(plain) or pt.is_string_view(plain))


def is_number(sent: pa.DataType) -> bool:
    """Whether a column's type is one of numbers; decimals are what SQL databases write of NUM(7,1)."""
    return bool(pt.is_floating(sent) or pt.is_integer(sent) or pt.is_decimal(sent))


def cast_numbers(part: Any, kind: pa.DataType) -> Any:
    """Numbers as `kind`; a decimal by way of its text, for Arrow's own cast to a double may be a digit off."""
    return part.cast(pa.string()).cast(kind) if pt.is_decimal(part.type) and pt.is_floating(kind) else part.cast(kind)


def _is_list(sent: pa.DataType) -> bool:
    return bool(
        pt.is_list(sent)
        or pt.is_large_list(sent)
        or pt.is_fixed_size_list(sent)
        or pt.is_list_view(sent)
        or pt.is_large_list_view(sent)
    )


def _list_of(accepts: Callable[[pa.DataType], bool]) -> Callable[[pa.DataType], bool]:
    return lambda sent: _is_list(sent) and (accepts(sent.value_type) or pt.is_null(sent.value_type))


def _text(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pt.is_dictionary(column.type):
        check_written_out(submission, name, column)
        chunks = [chunk.dictionary.cast(pa.string()).take(chunk.indices) for chunk in column.chunks]
        return pa.chunked_array(chunks, pa.string())
    if pt.is_string_view(column.type):
        _check_shared(submission, name, [_view_bytes(chunk) for chunk in column.chunks])
    return cast_or_refuse(submission, name, column, lambda part: part.cast(pa.string()), "text")


def check_written_out(submission: Submission, name: str, column: pa.ChunkedArray) -> None:
    """Raise SubmissionError where a dictionary-encoded text column would be too long with its texts in every row."""
    _check_shared(submission, name, [_dictionary_bytes(chunk) for chunk in column.chunks])


def _dictionary_bytes(chunk: pa.DictionaryArray) -> int:
    return _total(pc.binary_length(chunk.dictionary.cast(pa.string())).take(chunk.indices))


def _view_bytes(chunk: Any) -> int:
    """A string view is 16 bytes, of which the first four are the text's length (Columnar.html)."""
    if not len(chunk):
        return 0
    views = np.frombuffer(chunk.buffers()[1], "<i4", count=4 * len(chunk), offset=16 * chunk.offset)[::4]
    return int(views[chunk.is_valid().to_numpy(zero_copy_only=False)].sum(dtype=np.int64))


def _total(lengths: pa.Array) -> int:
    return int(pc.sum(lengths, min_count=0).as_py())


def _check_shared(submission: Submission, name: str, chunk_bytes: list[int]) -> None:
    """Shared texts and lists are written out for every row: a few bytes may stand for very many."""
    most = submission.most_bytes
    if sum(chunk_bytes) > most:
        found = f"{sum(chunk_bytes)} bytes when written out for every row"
        raise submission.too_large(found, f"at most {most}", column=name)
    _check_counts(submission, name, chunk_bytes)


def _check_counts(submission: Submission, name: str, counts: list[int]) -> None:
    if counts and max(counts) > MOST_OFFSET:
        raise submission.refuse(
            f"{max(counts)} in one batch", f"at most {MOST_OFFSET}", "Send smaller batches", column=name
        )


def _date(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    expected = "a date (date32, or ISO text such as 2026-04-01)"
    if is_text(column.type):
        column = _text(submission, name, column)
    if pt.is_timestamp(column.type):
        return _midnights(submission, name, column)
    return cast_or_refuse(submission, name, column, lambda part: part.cast(pa.date32()), expected)


def _midnights(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    dates = column.cast(pa.date32())
    later = pc.not_equal(dates.cast(column.type), column)
    if pc.any(later).as_py():
        row = int(pc.index(later, True).as_py())
        raise submission.refuse(
            shown(column[row]),
            "a date without a time of day",
            "Send the date alone",
            row=row + 1,
            column=name,
        )
    return dates


def _instant(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """UTC microseconds; a time without a zone is refused, for it may be local."""
    if pt.is_timestamp(column.type) and column.type.tz is None:
        raise submission.refuse(
            f"type {column.type}, a time without a zone",
            "a time with a zone (timestamp with tz, or ISO text ending in Z or +hh:mm)",
            "State the zone",
            column=name,
        )
    if is_text(column.type):
        column = _text(submission, name, column)
    # What nanoseconds have beyond microseconds says nothing about an outstation.
    options = pc.CastOptions(READINGS.field(name).type, allow_time_truncate=True)
    expected = "a time with a zone, such as 2026-04-02T06:00:00Z"
    return cast_or_refuse(submission, name, column, lambda part: pc.cast(part, options=options), expected)


def _number(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    expected = "a number that a double can hold exactly"
    return cast_or_refuse(submission, name, column, lambda part: cast_numbers(part, pa.float64()), expected)


def _whole(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    return cast_or_refuse(submission, name, column, lambda part: part.cast(pa.int32()), "a whole number")


def _lists(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lists of the target's value type, chunk by chunk; null lists stay null."""
    target = READINGS.field(name).type
    counts = [_total(pc.list_value_length(chunk)) for chunk in column.chunks]
    _check_counts(submission, name, counts)
    if pt.is_list_view(column.type) or pt.is_large_list_view(column.type):
        _check_shared(submission, name, [count * target.value_type.bit_width // 8 for count in counts])
    chunks = []
    row = 0
    for chunk in column.chunks:
        chunks.append(_list_chunk(submission, name, chunk, row))
        row += len(chunk)
    return pa.chunked_array(chunks, target)


def _list_chunk(submission: Submission, name: str, chunk: Any, first_row: int) -> Any:
    target = READINGS.field(name).type
    lengths = pc.fill_null(pc.list_value_length(chunk), 0)
    offsets = np.zeros(len(chunk) + 1, dtype=np.int32)
    np.cumsum(lengths.to_numpy(), out=offsets[1:])

    def row_of(index: int) -> int:
        return first_row + int(np.searchsorted(offsets, index, side="right")) - 1

    values = pa.chunked_array([chunk.flatten()])
    flags = pt.is_unsigned_integer(target.value_type)
    if flags and values.null_count:
        row = row_of(int(pc.index(pc.is_null(values), True).as_py()))
        raise submission.refuse(
            "null among the flags", "a flag for every period", "Write 0 for no flag", row=row + 1, column=name
        )
    if pt.is_list(chunk.type) and chunk.type.value_type == target.value_type:
        return chunk.cast(target)
    # Built anew, not cast: Arrow's cast of list views with nulls leaves offsets that do not hold.
    expected = "flags from 0 to 65535" if flags else "numbers that a double can hold exactly"
    cast = cast_or_refuse(
        submission, name, values, lambda part: cast_numbers(part, target.value_type), expected, row_of
    )
    mask = chunk.is_null() if chunk.null_count else None
    return pa.ListArray.from_arrays(pa.array(offsets), cast.combine_chunks(), mask=mask)


@dataclass(frozen=True)
class _Kind:
    """How a target type is reached: which types are accepted, what to say of others, and the cast."""

    accepts: Callable[[pa.DataType], bool]
    expected: str
    cast: Callable[[Submission, str, pa.ChunkedArray], pa.ChunkedArray]


def _is_date(sent: pa.DataType) -> bool:
    return bool(pt.is_date(sent) or (pt.is_timestamp(sent) and sent.tz is None) or is_text(sent))


def _is_instant(sent: pa.DataType) -> bool:
    return bool(pt.is_timestamp(sent) or is_text(sent))


def _bool(submission: Submission, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    return cast_or_refuse(submission, name, column, lambda part: part.cast(pa.bool_()), "true or false")


def _kind(target: pa.DataType) -> _Kind:
    return _KINDS[str(target)]


_KINDS = {
    "string": _Kind(is_text, "text (string)", _text),
    "date32[day]": _Kind(_is_date, "a date (date32, or ISO text)", _date),
    "double": _Kind(is_number, "a number (float64)", _number),
    "int32": _Kind(is_number, "a whole number (int32)", _whole),
    "timestamp[us, tz=UTC]": _Kind(_is_instant, "a time with a zone (timestamp[us, tz=UTC])", _instant),
    "list<item: double>": _Kind(_list_of(is_number), "lists of numbers (list of float64)", _lists),
    "list<item: uint16>": _Kind(_list_of(pt.is_integer), "lists of whole numbers (list of uint16)", _lists),
    "bool": _Kind(pt.is_boolean, "true or false (bool)", _bool),
}
