"""Columns of a worksheet by their letters: A, B ... Z, AA ..."""

from __future__ import annotations


def column_name(index: int) -> str:
    """The letters of a column, from 0."""
    return chr(ord("A") + index) if index < 26 else column_name(index // 26 - 1) + column_name(index % 26)


def column_number(letters: str) -> int:
    """The number of a column, from 1, by its letters in either case; 0 where there are none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
