"""A column of standing data, as sent, into the type that it has on file."""

from __future__ import annotations

import polars as pl

from validator.standing.columns import FALSE_WORDS, TRUE_WORDS

UPPER_CASE = ("role", "direction")
_LOOKED_AT_FIRST = 1024
_REPEATED = 4
"""Each text that stands at least this often, on average, is read once and not row by row."""


def typed_column(sent: pl.Series, kind: pl.DataType) -> pl.Series:
    """`sent` as `kind`; null where it is blank, and where it cannot be read as that."""
    if sent.dtype == kind and kind != pl.String():
        return _above_zero(sent) if kind == pl.Float64() else sent
    text = sent.cast(pl.String)
    distinct = text.head(_LOOKED_AT_FIRST).n_unique()
    if distinct * _REPEATED > min(len(text), _LOOKED_AT_FIRST):
        return _read(text, kind)
    # Many columns have one word throughout: comparing with it takes an eighth of hashing it row by row.
    alike = distinct == 1 and not text.null_count() and bool((text == text[0]).all())
    words = text.head(1) if alike else text.unique()
    if len(words) * _REPEATED > len(text):
        return _read(text, kind)
    read = _read(words, kind)
    if kind == pl.String() and read.equals(words, null_equal=True):
        return text
    if alike:
        return read.new_from_index(0, len(text))
    return text.replace_strict(words, read, default=None, return_dtype=kind)


def as_text(sent: pl.Series) -> pl.Series:
    """A column as text without the blanks around it; null where nothing is left."""
    return sent.cast(pl.String).str.strip_chars().replace("", None)


def _read(sent: pl.Series, kind: pl.DataType) -> pl.Series:
    text = as_text(sent)
    if text.name in UPPER_CASE:
        return text.str.to_uppercase()
    if kind == pl.Date():
        return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    if kind == pl.Boolean():
        word = text.str.to_lowercase()
        known = pl.when(word.is_in(TRUE_WORDS)).then(True).when(word.is_in(FALSE_WORDS)).then(False)
        return pl.select(known.alias(text.name)).to_series()
    if kind == pl.Float64():
        return _above_zero(text.cast(pl.Float64, strict=False))
    return text.cast(kind, strict=False)


def _above_zero(numbers: pl.Series) -> pl.Series:
    """Numbers, null for one that is not finite or not above zero."""
    held = numbers.is_finite() & (numbers > 0)
    if held.all():
        return numbers
    return pl.select(pl.when(held).then(numbers).alias(numbers.name)).to_series()
