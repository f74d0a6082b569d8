"""The unit that a column's name states: energy is read in kWh and kVArh, and nothing is converted."""

from __future__ import annotations

import re

from validator.errors import SubmissionError
from validator.readings.source import Submission

_OURS = frozenset({"kwh", "kvarh"})
_OTHERS = (
    frozenset(
        {f"{prefix}{unit}" for prefix in ("", "k", "m", "g") for unit in ("w", "va", "var", "wh", "vah", "varh", "j")}
        | {"pulse", "pulses", "m3", "therm", "therms"}
    )
    - _OURS
)


def other_unit(
    submission: Submission, name: str, *, line: int | None = None, row: int | None = None
) -> SubmissionError | None:
    """The error for a column of energy whose name states another unit; None where it states ours, or none."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    others = [word for word in words if word in _OTHERS]
    if not others or _OURS & set(words):
        return None
    return submission.refuse(
        f"the unit {others[0]!r}",
        "energy in kWh, or kVArh; none is converted",
        "Send the energy of each half hour in kWh (kVArh for reactive), and name the column so",
        line=line, row=row, column=name,
    )  # fmt: skip
