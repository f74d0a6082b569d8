"""Identifiers as numbers, and keys numbered, against plain Python."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.numbering import MSID_FROM, NO_NUMBER, search_sorted
from validator.mpan import distinct, numbered, numbers_of
from validator.standing.filed import filed_of

WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def with_check_digit(core: str) -> str:
    return f"{core}{sum(int(digit) * weight for digit, weight in zip(core, WEIGHTS, strict=True)) % 11 % 10}"


IDENTIFIERS = st.one_of(
    st.from_regex(r"[0-9]{12}", fullmatch=True).map(with_check_digit),
    st.from_regex(r"[0-9]{13}|[0-9]{4}|[0-9]{3}|[0-9]{5}|[0-9]{12}|[0-9]{14}", fullmatch=True),
    st.text(st.sampled_from("0123456789 /:\u0660\n"), max_size=14),
    st.sampled_from(["", "0012", "0000000000000", "990000000000\uff11"]),
)


def number_of(text: str) -> int:
    if re.fullmatch(r"[0-9]{13}", text):
        return int(text)
    return int(MSID_FROM) + int(text) if re.fullmatch(r"[0-9]{4}", text) else int(NO_NUMBER)


def is_right(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{13}", text)) and with_check_digit(text[:12]) == text


@given(st.lists(IDENTIFIERS, max_size=30), st.integers(0, 3))
@settings(max_examples=500, deadline=None)
def test_an_identifier_has_its_number_and_its_check_digit_is_looked_at(texts: list[str], skipped: int) -> None:
    numbers, right = numbers_of(pa.array(texts, pa.string()).slice(skipped))
    assert numbers.tolist() == [number_of(text) for text in texts[skipped:]]
    assert right.tolist() == [is_right(text) for text in texts[skipped:]]


@given(st.lists(IDENTIFIERS, max_size=8).flatmap(lambda few: st.lists(st.sampled_from(few or ["1234"]), max_size=30)))
@settings(max_examples=500, deadline=None)
def test_distinct_identifiers_stand_in_the_order_of_their_first_appearance(texts: list[str]) -> None:
    found = distinct(pa.array(texts, pa.string()))
    once = list(dict.fromkeys(texts))
    assert found.texts.to_pylist() == once
    assert found.places.tolist() == [once.index(text) for text in texts]
    assert found.right.tolist() == [is_right(text) for text in once]


@given(st.lists(st.one_of(st.integers(-3, 3), st.integers(-(2**63), 2**63 - 1)), max_size=60))
@settings(max_examples=500, deadline=None)
def test_keys_are_numbered_in_the_order_of_their_first_appearance(keys: list[int]) -> None:
    codes, first_rows = numbered(np.array(keys, dtype=np.int64))
    once = list(dict.fromkeys(keys))
    assert codes.tolist() == [once.index(key) for key in keys]
    assert first_rows.tolist() == [keys.index(key) for key in once]


@given(st.lists(st.integers(-2, 40), max_size=60), st.lists(st.integers(-2, 41), max_size=40))
@settings(max_examples=500, deadline=None)
def test_numbers_are_found_where_they_stand_whatever_the_order_in_which_they_are_asked_for(
    filed: list[int], wanted: list[int]
) -> None:
    numbers = sorted(filed)
    firsts, lasts = np.empty((2, len(wanted)), dtype=np.int64)
    search_sorted(np.array(numbers, dtype=np.int64), np.array(wanted, dtype=np.int64), firsts, lasts)
    found = [list(range(first, last)) for first, last in zip(firsts, lasts, strict=True)]
    assert found == [[k for k, number in enumerate(numbers) if number == each >= 0] for each in wanted]


FILED = st.lists(st.tuples(IDENTIFIERS, st.sampled_from(["MAIN", "CHECK"]), st.integers(0, 3)), max_size=20)


@given(FILED, st.lists(IDENTIFIERS, max_size=6))
@settings(max_examples=500, deadline=None)
def test_the_rows_on_file_of_the_meters_submitted_are_found(
    filed: list[tuple[str, str, int]], others: list[str]
) -> None:
    ordered = sorted(filed, key=lambda row: (row[0].encode(), row[1], row[2]))
    columns = {name: [row[k] for row in ordered] for k, name in enumerate(("mpan_core", "role", "effective_from"))}
    frame = pl.DataFrame(columns, schema={"mpan_core": pl.String, "role": pl.String, "effective_from": pl.Int64})
    asked = list(dict.fromkeys([*others, *(row[0] for row in filed[::2])]))
    rows, starts = filed_of(frame).rows_of(distinct(pa.array(asked, pa.string())))
    expected = [
        [k for k, row in enumerate(ordered) if row[:2] == (text, role)] for text in asked for role in ("MAIN", "CHECK")
    ]
    assert [rows[start:end].tolist() for start, end in pairwise(starts)] == expected
