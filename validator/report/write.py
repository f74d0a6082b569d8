"""Writes a run's results into a folder, whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

from validator.readings.refused import REFUSED_FILE, write_refused
from validator.report.counts import counts_of
from validator.report.document import document_of, encode_document
from validator.report.folder import whole_or_nothing
from validator.report.index import index_of
from validator.report.run import Run
from validator.report.tables import file_metadata, write_tables
from validator.report.unmatched import UNMATCHED_FILE, write_unmatched
from validator.version import product_version


def write_run(out: Path, run: Run, *, page: bool = True) -> None:
    """Writes verdicts.parquet, findings.parquet, findings.csv, report.json and, unless `page` is false, report.html
    into `out`; refused.txt where a lenient reading left something out, and unmatched_registers.csv where there are
    register readings that no channel-day took.

    An earlier run in `out` is replaced; SubmissionError where `out` holds anything else or cannot be
    written to. Whatever fails, `out` is left as it was.
    """
    validation = run.validation
    with whole_or_nothing(out) as folder:
        metadata = file_metadata(run.regulation.hash, product_version())
        # Most of the writing is one thread's work on the verdicts: they are counted meanwhile, and it has the rest.
        with ThreadPoolExecutor(1) as threads:
            tables = threads.submit(write_tables, folder, validation.verdicts, validation.findings, metadata)
            began = perf_counter()
            index = index_of(validation)
            counts = counts_of(index, run.regulation)
            counted = perf_counter()
            tables.result()
            writing = {"write_tables": perf_counter() - counted, "count": counted - began}
        if page:
            # Only here: the templates and what draws take longer to import than a small file takes to check.
            from validator.report.page import page_of

            began = perf_counter()
            (folder / "report.html").write_bytes(page_of(run, index, counts, writing))
            writing["write_report"] = perf_counter() - began
        if run.left_out:
            with (folder / REFUSED_FILE).open("wb") as out_file:
                for each in run.left_out:
                    write_refused(out_file, each)
        if len(run.unmatched_registers):
            write_unmatched(folder / UNMATCHED_FILE, run.unmatched_registers)
        (folder / "report.json").write_bytes(encode_document(document_of(run, counts, writing)))
