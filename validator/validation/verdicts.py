"""One verdict per channel-day: the worst of its findings, and which checks found what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validator.attach import Attached
from validator.catalogue import codes_of
from validator.schema import OUTCOMES, VERDICTS
from validator.validation.findings import Found
from validator.validation.running import Running

Bits = npt.NDArray[np.uint64]
_FEW = 256
_COPIED = ("mpan_core", "measurement_quantity", "role", "settlement_date", "source_file", "source_row")


@dataclass(frozen=True)
class Judged:
    """Bits of the catalogue by outcome, uint64 (rows,), and each row's worst outcome, indexing OUTCOMES."""

    failed: Bits
    queried: Bits
    not_assessed: Bits
    outcome: npt.NDArray[np.int8]


def judge(rows: int, found: Found) -> Judged:
    """A check that found several things on one row counts there once, by the worst."""
    by_outcome = {name: np.zeros(rows, dtype=np.uint64) for name in OUTCOMES[1:]}
    masks = np.uint64(1) << found.bit.astype(np.uint64)
    for name, bits in by_outcome.items():
        chosen = found.outcome == OUTCOMES.index(name)
        np.bitwise_or.at(bits, found.row[chosen], masks[chosen])
    failed = by_outcome["FAIL"]
    not_assessed = by_outcome["NOT_ASSESSED"] & ~failed
    queried = by_outcome["QUERY"] & ~failed & ~not_assessed
    outcome = np.zeros(rows, dtype=np.int8)
    for bits, name in ((queried, "QUERY"), (not_assessed, "NOT_ASSESSED"), (failed, "FAIL")):
        outcome[bits != 0] = OUTCOMES.index(name)
    return Judged(failed, queried, not_assessed, outcome)


def verdicts_of(attached: Attached, running: Running, judged: Judged) -> pa.Table:
    """The VERDICTS table, a row per row submitted and in that order."""
    columns = {name: attached.readings[name] for name in _COPIED}
    keys = attached.profiles.keys
    columns["outcome"] = pa.DictionaryArray.from_arrays(pa.array(judged.outcome), pa.array(OUTCOMES))
    columns["failed"] = _codes(judged.failed)
    columns["queried"] = _codes(judged.queried)
    columns["not_assessed"] = _codes(judged.not_assessed)
    columns["checks_run"] = pa.array(running.checks)
    columns["cop"] = _taken([key.cop for key in keys], attached.profile, pa.string())
    columns["issue"] = _taken([key.issue for key in keys], attached.profile, pa.int32())
    words = [decision.word for decision in attached.rulings.decisions]
    columns["certification"] = _taken(words, attached.certification, pa.string())
    return pa.table({field.name: columns[field.name] for field in VERDICTS}, schema=VERDICTS)


def _taken(values: Sequence[object], places: npt.NDArray[np.int32], kind: pa.DataType) -> pa.Array:
    """Values by place, null for -1."""
    return pa.array([*values, None], type=kind).take(pa.array(np.where(places < 0, len(values), places)))


def _codes(bits: Bits) -> pa.Array:
    """Lists of check codes in catalogue order; few distinct sets occur, so each is rendered once."""
    sets = pc.dictionary_encode(pa.array(bits))
    lists = pa.array([codes_of(one) for one in sets.dictionary.to_pylist()], type=pa.list_(pa.string()))
    return lists.take(sets.indices)


def counted(judged: Judged, rows: slice) -> dict[str, dict[str, int]]:
    """Channel-days among some rows on which a check found something, by the codes of those that did and outcome."""
    by_outcome = (("FAIL", judged.failed), ("NOT_ASSESSED", judged.not_assessed), ("QUERY", judged.queried))
    counts: dict[str, dict[str, int]] = {}
    for outcome, bits in by_outcome:
        for one, many in _distinct(bits[rows]):
            for code in codes_of(one):
                found = counts.setdefault(code, {})
                found[outcome] = found.get(outcome, 0) + many
    return counts


def _distinct(bits: Bits) -> Iterable[tuple[int, int]]:
    """Each set of bits and how often it stands; hashing the few distinct ones costs a fifth of sorting them."""
    if len(bits) <= _FEW:
        return Counter(bits.tolist()).items()
    return [(one["values"], one["counts"]) for one in pc.value_counts(pa.array(bits)).to_pylist()]
