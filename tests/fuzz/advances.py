"""What the fuzzed readers of `|`-separated advances have to hold to: D0036, D0275, D0379 and C0121."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from tests import oracle_dtc, oracle_idd
from tests.readings.samples import TODAY
from validator.errors import SubmissionError
from validator.readings.dates import EARLIEST, latest_date
from validator.readings.pipes import LAYOUTS, pipe_batches, read_pipes
from validator.readings.pipes.stitching import Stitched, Terms
from validator.readings.pipes.windows import windows_of_buffer
from validator.readings.refused import RefusedLines
from validator.readings.source import Submission
from validator.schema import READINGS


def advances(flow: str) -> Callable[[bytes], None]:
    """Strictly the two readers agree; leniently nothing disappears; cut into windows nothing changes."""

    def one(content: bytes) -> None:
        if not content:
            return
        try:
            expected: list[Any] | int = _second_reader(flow, content)
        except oracle_dtc.OracleError as refused:
            expected = refused.line
        try:
            table = read_pipes(Submission("fuzzed", memoryview(content), "local", TODAY), flow).readings
        except SubmissionError as error:
            if isinstance(expected, list):
                _only_a_date(error, expected)
            elif error.place.line != expected:
                # The second reader knows no latest date, so the first fault may be an earlier date.
                _require("date" in (error.place.column or ""), f"{error.place.line} is not {expected}")
        else:
            assert isinstance(expected, list), f"read, but to be refused in line {expected}"
            table.validate(full=True)
            assert table["energy_kwh"].to_pylist() == [day.energies for day in expected]
            assert table["period_flags"].to_pylist() == [day.flags for day in expected]
            assert table["source_row"].to_pylist() == [day.line for day in expected]
        _leniently(flow, content)

    return one


def _require(right: bool, why: str) -> None:
    assert right, why


def _second_reader(flow: str, content: bytes) -> list[Any]:
    return oracle_idd.read_c0121(content) if flow == "C0121" else oracle_dtc.read_flow(content, flow)


def _only_a_date(error: SubmissionError, expected: list[Any]) -> None:
    low, high = EARLIEST, latest_date(TODAY)
    assert any(not low <= day.settlement_date <= high for day in expected), str(error)


def _leniently(flow: str, content: bytes) -> None:
    layout = LAYOUTS[flow]
    outcomes = []
    for size in (1 << 40, 64):
        refused: list[RefusedLines] = []
        stitched = Stitched(Terms("fuzzed", layout, TODAY, False, refused.append))
        windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), layout, size)
        try:
            batches = [batch.readings for batch in pipe_batches(windows, stitched)]
        except SubmissionError as error:
            outcomes.append((str(error), 0))
            continue
        table = pa.Table.from_batches(batches, READINGS).combine_chunks()
        table.validate(full=True)
        lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        sent = sum(line.startswith(f"{layout.row}|".encode()) for line in lines)
        left_out = sum(each.channel_days for each in refused)
        assert sent == len(table) + left_out, f"{sent} in, {len(table)} out, {left_out} refused"
        outcomes.append((str(table["energy_kwh"].to_pylist()), left_out))
    assert outcomes[0] == outcomes[1], "a cut changes what is read"


TARGETS: dict[str, Callable[[bytes], None]] = {flow: advances(flow) for flow in LAYOUTS}
