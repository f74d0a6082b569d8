"""One's own files from bytes to verdicts beside the bare decode of the same bytes, stage by stage."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from validator.readings import Source, read_submission
from validator.regulation import Regulation
from validator.standing import StandingData
from validator.validation import validate_readings


@dataclass(frozen=True)
class Speed:
    """Medians over the rounds, in seconds; `bare_s` is None for a format that pyarrow alone does not read."""

    name: str
    format: str
    readings: int
    bare_s: float | None
    read_s: float
    stages: dict[str, float]

    @property
    def seconds(self) -> float:
        """From bytes to verdicts."""
        return self.read_s + sum(self.stages.values())

    @property
    def ratio(self) -> float | None:
        """To the bare decode."""
        return None if self.bare_s is None else self.seconds / self.bare_s


def speed_of(
    path: Path, source: Source, standing: StandingData, regulation: Regulation, *, rounds: int, jobs: int
) -> Speed:
    """Reads and validates one file `rounds` times, the bare decode in turn with it."""
    bare: list[float] = []
    read: list[float] = []
    stages: dict[str, list[float]] = {}
    for _ in range(rounds):
        if source.format in ("parquet", "arrow-file", "arrow-stream"):
            bare.append(_bare(path, source.format))
        began = time.perf_counter()
        again = read_submission(path, format=source.format)
        read.append(time.perf_counter() - began)
        for stage, seconds in validate_readings(again.readings, standing, regulation, jobs=jobs).stages.items():
            stages.setdefault(stage, []).append(seconds)
    count = sum(len(chunk.flatten()) for chunk in source.readings["energy_kwh"].chunks)
    medians = {stage: statistics.median(seconds) for stage, seconds in stages.items()}
    return Speed(
        source.name, source.format, count, statistics.median(bare) if bare else None, statistics.median(read), medians
    )


def _bare(path: Path, form: str) -> float:
    began = time.perf_counter()
    if form == "parquet":
        pq.read_table(path)
    else:
        opened = pa.ipc.open_file if form == "arrow-file" else pa.ipc.open_stream
        opened(pa.BufferReader(path.read_bytes())).read_all()
    return time.perf_counter() - began


def slowest_stage(speeds: Sequence[Speed]) -> str:
    """The stage with the largest share of all files together."""
    totals: dict[str, float] = {}
    for speed in speeds:
        for stage, seconds in {"decode": speed.read_s, **speed.stages}.items():
            totals[stage] = totals.get(stage, 0.0) + seconds
    return max(totals, key=lambda stage: totals[stage])
