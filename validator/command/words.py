"""The words that options of several commands take."""

from __future__ import annotations

from typing import Literal, TypeAlias

FormatWord: TypeAlias = Literal[
    "auto", "arrow-stream", "arrow-file", "parquet", "csv-wide", "csv-narrow", "csv-half-hour", "csv-british-gas",
    "csv-edf", "df2", "csv-schneider", "xlsx", "dip", "D0036", "D0275", "D0379", "C0121", "D0010", "C0101", "C0541",
]  # fmt: skip
TimeBase: TypeAlias = Literal["local", "utc"]
StampsWord: TypeAlias = Literal["auto", "start", "end"]
