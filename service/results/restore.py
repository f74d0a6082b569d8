"""A finished run as a Validation again, so that its report, its list and its plots can be drawn at any time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np

from service.receiving.mappings import mapping_on_record
from service.receiving.terms import read_again
from service.results.outputs import counts_file, tallies_of
from service.results.stored import read_stored
from service.results.submissions import Held
from service.services import Services
from validator.readings.received import received
from validator.regulation import Regulation
from validator.report import InputRecord, Run
from validator.report.counts import Counts, counts_of
from validator.report.index import Index, index_of
from validator.report.left_out import left_out_notes
from validator.validation.dispensed import DispensationTally
from validator.validation.result import Validation


@dataclass(frozen=True)
class Restored:
    """A run as its report needs it."""

    run: Run
    index: Index
    counts: Counts
    regulation: Regulation


class Restorer:
    """Restores runs and keeps the few last ones; a run never changes once it is done."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._restore = lru_cache(maxsize=4)(self._read)
        self._held: dict[int, Held] = {}

    def get(self, held: Held) -> Restored:
        """The run of `held`, which must be done."""
        held.result()
        with self._lock:
            self._held = {held.run.id: held}
            return self._restore(held.run.id)

    def _read(self, run_id: int) -> Restored:
        held, store = self._held[run_id], self._services.store
        submission, row, result = held.submission, held.run, held.result()
        known_on = None if row.known_on is None else date.fromisoformat(row.known_on)
        regulation = self._services.regulations.get(row.regulation_hash, known_on)
        received_at = datetime.fromtimestamp(submission.received_at, UTC)
        with store.local(submission.object_key) as path:
            source = read_again(
                received(path), submission.name, submission.options,
                received_on=received_at.date(), most_bytes=self._services.settings.most_decompressed_bytes,
                mapping=mapping_on_record(self._services.database, submission.options),
            )  # fmt: skip
        content = {key: store.get(key) for key in {held.table_key(name) for name in _TABLES}}
        tables = {name: read_stored(content[held.table_key(name)], name) for name in _TABLES}
        told, tallies = tallies_of(store.get(held.key_of(counts_file(result["outputs"]))))
        validation = Validation(
            readings=source.readings,
            verdicts=tables["verdicts"],
            findings=tables["findings"],
            finding_rows=tables["rows"]["row"].to_numpy().astype(np.int64),
            facts_of=lambda: tables["facts"],
            tallies=tallies,
            outcomes=told["outcomes"],
            stages={},
            dispensations=tuple(DispensationTally(**tally) for tally in result["dispensations"]),
        )
        index = index_of(validation)
        record = InputRecord(**told["input"])
        standing = told["standing"]
        run = Run(
            validation, regulation, (record,), (), standing["name"], standing["sha256"], received_at,
            float(result["wall_s"]), {}, {"submission": submission.id, "run": row.number},
            left_out=source.refused,
            notes=(*result.get("notes", ()), *left_out_notes(source.name, source.refused)),
            reported=source.reported,
            statuses=source.statuses,
        )  # fmt: skip
        return Restored(run, index, counts_of(index, regulation), regulation)


_TABLES = ("verdicts", "findings", "rows", "facts")
