"""Which meter of an MPAN core a register reading is of: the one on file with its serial number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validator.registers.coded import CodedReadings, Codes, places_in
from validator.schema import ROLES
from validator.standing import StandingData

NO_METER = -1
_MAIN = ROLES.index("MAIN")
_LAST_DAY = 2_932_896
"""31 December 9999, in days since 1970."""


def roles_of(readings: CodedReadings, rows: npt.NDArray[np.int64], standing: StandingData) -> Codes:
    """Role of the meter with the serial number on the day or the day before, whose end is read; of `rows`, as places
    in ROLES.

    MAIN where no meter of the MPAN core has a serial number on file; NO_METER where others have. Where several would
    do, the first on file.
    """
    frame = standing.frame
    mpan = places_in(frame["mpan_core"].to_arrow().cast(pa.string()), readings.mpans)
    texts = frame["meter_serial"].to_arrow().cast(pa.string())
    stated = (frame["meter_serial"].fill_null("") != "").to_numpy()
    have_serials = np.zeros(len(readings.mpans), dtype=np.bool_)
    have_serials[mpan[(mpan >= 0) & stated]] = True
    serial = places_in(texts, readings.serials)

    kept = np.flatnonzero((mpan >= 0) & (serial >= 0))
    keys = mpan[kept].astype(np.int64) * len(readings.serials) + serial[kept]
    # What is equal stays in the order of the file.
    order = np.argsort(keys, kind="stable")
    keys, kept = keys[order], kept[order]
    role = places_in(frame["role"].to_arrow().cast(pa.string()), pa.array(ROLES))[kept]
    begins = frame["effective_from"].to_physical().to_numpy()[kept]
    ends = frame["effective_to"].to_physical().fill_null(_LAST_DAY).to_numpy()[kept]

    on = readings.on[rows]
    wanted = readings.mpan[rows].astype(np.int64) * len(readings.serials) + readings.serial[rows]
    found = np.where(have_serials[readings.mpan[rows]], NO_METER, _MAIN).astype(np.int32)
    at, past = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
    left = np.flatnonzero(at < past)
    # A meter has a few rows on file: each turn asks the next of them of the readings that none before it took.
    while len(left):
        row = at[left]
        fits = (begins[row] <= on[left]) & (on[left] - 1 <= ends[row])
        found[left[fits]] = role[row[fits]]
        at[left] += 1
        left = left[~fits]
        left = left[at[left] < past[left]]
    return found
