"""When and from what a paper was made; told alike on the page and in the document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Making:
    """`regulation` is the hash of the tables on file; `kept_in` says where they and the standing data are kept."""

    made_at: datetime
    version: str
    regulation: str
    kept_in: str
