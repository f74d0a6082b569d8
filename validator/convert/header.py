"""A DTC file's header and supplier ids on their way through a conversion."""

from __future__ import annotations

from dataclasses import dataclass

HEADER_KEY = "copcheck_dtc_header"
COMPLETED_KEY = "copcheck_dtc_completed"
"""Names under which a Parquet or Arrow file keeps them."""


@dataclass(frozen=True)
class Carriage:
    """`header` is the ZHV line that readings came under, `completed` the completion time of its ZPT."""

    header: str = ""
    completed: str = ""
