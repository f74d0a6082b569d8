"""The `|`-separated readers beside their peers on the same bytes: `python -m benchmarks.delimited [--rounds 7]`.

Peers: two straightforward Python parsers, one that only splits lines and takes numbers, and one that gives the very
table that the reader gives, checked as the reader checks (the tests' second reader); pyarrow.csv and polars reading
text with `|` between fields, with all their threads; and two newline counts: one byte after another as a scanner goes,
and the one that the compiler turns into vector instructions. Neither CSV reader checks an envelope, a tree or a
number, or joins one kind of record to another. They are given the records that hold the values, sorted out for them
before the clock starts, and make every field of these a column. Of D0010 and D0268 they also read every kind of
record, each kind sorted out beforehand and read on its own, and make columns only of the fields that the reader keeps:
that is the least that someone who knows these libraries would have them do, and still no row of the answer.

A file has about 150 MB (`--megabytes`), so that all threads have work from end to end, and `--flow` picks one flow.
All take turns in one run, round after round, and the median of each is given; ratios are the reader's bytes per second
over the peer's, round by round. Beside the clock stand the CPU seconds of all threads, which other work on the machine
changes less.
"""

from __future__ import annotations

import argparse
import io
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv

from benchmarks import estate, record_flows
from kernels.compile import kernel
from tests import oracle_dtc
from tests.oracle_dtc import OracleDay
from tests.oracle_idd import OracleChannelDay, read_c0121
from validator.cores import cores
from validator.readings import d0010, d0268
from validator.readings.d0010 import read_d0010
from validator.readings.d0268 import read_d0268
from validator.readings.pipes import LAYOUTS, read_pipes
from validator.readings.record_trees import Layout
from validator.readings.source import Submission
from validator.schema import READINGS

TODAY = date(2026, 9, 30)
_PYTHON_SHARE = 20
"""The Python parsers read a file of one part in so many of the metering systems, or they would take most of the run."""
_SAMPLED_SYSTEMS = 20
_NAME = "made up"


@dataclass(frozen=True)
class Contest:
    """A flow that is no half-hourly data: its layout, its maker, our reader, one in plain Python; if both agree."""

    layout: Layout
    made: Callable[[int], bytes]
    read: Callable[[Submission], Any]
    second: Callable[[bytes], Any]
    agree: Callable[[Any, Any], bool]


RECORD_FLOWS = {
    "D0010": Contest(
        d0010.LAYOUT,
        record_flows.d0010_bytes,
        lambda sent: read_d0010(sent).registers,
        record_flows.python_registers,
        lambda found, second: bool(record_flows.plain_registers(found.columns).equals(second)),
    ),
    "D0268": Contest(
        d0268.LAYOUT,
        record_flows.d0268_bytes,
        lambda sent: read_d0268(sent.data, sent.name, jobs=sent.jobs),
        record_flows.python_details,
        lambda found, second: bool(found.frame.equals(second, null_equal=True)),
    ),
}
"""Beside LAYOUTS, the flows that are measured."""


@kernel
def newlines_vectorised(data):  # type: ignore[no-untyped-def]
    """Newlines, in a loop that the compiler may turn into vector instructions."""
    found = np.int64(0)
    for i in range(np.uint64(data.size)):
        found += np.int64(data[i] == 10)
    return found


@kernel
def newlines_in_turn(data, ends):  # type: ignore[no-untyped-def]
    """Newlines as a scanner of lines finds them: one byte after another, and where each line ends taken down."""
    found = np.int64(0)
    for i in range(np.uint64(data.size)):
        if data[i] == 10:
            ends[found & 1023] = i
            found += 1
    return found


def python_parser(content: bytes) -> list[tuple[str, list[float], list[str]]]:
    """What one would write in an afternoon: lines, fields, floats."""
    days: list[tuple[str, list[float], list[str]]] = []
    for line in content.decode("ascii").splitlines():
        fields = line.split("|")
        if fields[0] in ("103", "27B", "66L"):
            days[-1][2].append(fields[1])
            days[-1][1].append(float(fields[2]))
        elif fields[0] == "RMP":
            days[-1][2].append(fields[3])
            days[-1][1].append(float(fields[2]))
        elif fields[0] in ("102", "26B", "CN9", "028", "03A"):
            days.append((fields[1], [], []))
        elif fields[0] in ("030", "04A"):
            days[-1][2].append(fields[1])
            days[-1][1].append(float(fields[3 if fields[0] == "030" else 4]))
    return days


def python_reader(content: bytes, word: str) -> pa.Table:
    """The same answers in plain Python: every check of the tests' second reader, and the readings as a table."""
    days: Sequence[OracleDay | OracleChannelDay] = (
        read_c0121(content) if word == "C0121" else oracle_dtc.read_flow(content, word)
    )
    rows = len(days)
    known: dict[str, object] = {
        "mpan_core": [day.msid if isinstance(day, OracleChannelDay) else day.mpan_core for day in days],
        "measurement_quantity": [day.quantity for day in days],
        "role": [day.role if isinstance(day, OracleChannelDay) else "MAIN" for day in days],
        "settlement_date": [day.settlement_date for day in days],
        "energy_kwh": [day.energies for day in days],
        "period_flags": [day.flags for day in days],
        "outstation_id": [day.outstation if isinstance(day, OracleChannelDay) else None for day in days],
        "utc_day": [LAYOUTS[word].utc_day] * rows,
        "alarms_carried": [False] * rows,
        "source_file": [_NAME] * rows,
        "source_row": [day.line for day in days],
    }
    return pa.table([pa.array(known.get(field.name, [None] * rows), field.type) for field in READINGS], READINGS)


def flow_bytes(word: str, systems: int) -> bytes:
    """One day of four channels for each of `systems` metering systems; of D0010 and D0268, see record_flows."""
    if word in RECORD_FLOWS:
        return RECORD_FLOWS[word].made(systems)
    table = estate.numbers_everywhere(systems)
    rows = table.num_rows
    layout = LAYOUTS[word]
    values = table["energy_kwh"].combine_chunks().values.to_numpy().reshape(rows, estate.PERIODS)
    flags = table["period_flags"].combine_chunks().values.to_numpy().reshape(rows, estate.PERIODS)
    names = zip(table["mpan_core"].to_pylist(), table["measurement_quantity"].to_pylist(), strict=True)
    out = io.StringIO()
    on = f"{estate.DAY:%Y%m%d}"
    if layout.family == "DTC":
        channel, day = (group.record for group in layout.groups)
        out.write(f"ZHV|SYN0000001|{word}001|C|SYNH|X|SYNS|20260917071500||||OPER|\n")
        for row, (mpan, quantity) in enumerate(names):
            out.write(f"{channel}|{mpan}|{quantity}|SYNS|\n{day}|{on}|\n")
            for energy, flag in zip(values[row].tolist(), flags[row].tolist(), strict=True):
                out.write(f"{layout.value}|{'AE'[flag]}|{energy:.{layout.decimals}f}|\n")
        out.write(f"ZPT|SYN0000001|{rows * (estate.PERIODS + 2)}||{rows}|20260917071500|\n")
        return out.getvalue().encode()
    out.write("AAA|C0121001|D|20260917093000|CD|CDCA|TR|SYNTH001|1|OPER|\n")
    for row, (mpan, quantity) in enumerate(names):
        out.write(f"RMD|{mpan}|\nMS9|{on}|\nOS9|OUT0000001|\nCN9|1|{quantity}|M|\n")
        for period, energy in enumerate(values[row].tolist(), 1):
            out.write(f"RMP|{period}|{energy}|A|\n")
    return closed_by_the_cdca(out.getvalue().splitlines())


def closed_by_the_cdca(records: list[str]) -> bytes:
    """The CDCA's file of these records, with its count and checksum."""
    total = 0
    for record in records:
        for at in range(0, len(record), 4):
            total ^= int.from_bytes(record[at : at + 4].encode().ljust(4, b"\0"), "big")
    return "".join(f"{record}\n" for record in (*records, f"ZZZ|{len(records) + 1}|{total}|")).encode()


def _value_records(content: bytes) -> bytes:
    """Only the value records: pyarrow.csv takes no lines of other lengths, and passing them over would be unfair."""
    wanted = (b"103|", b"27B|", b"66L|", b"RMP|", b"030|", b"04A|")
    return b"".join(line for line in content.splitlines(keepends=True) if line.startswith(wanted))


def _arrow_values(content: bytes) -> object:
    options = pa.csv.ReadOptions(autogenerate_column_names=True, use_threads=True)
    return pa.csv.read_csv(pa.py_buffer(content), options, pa.csv.ParseOptions(delimiter="|"))


def _polars_values(content: bytes) -> object:
    return pl.read_csv(content, separator="|", has_header=False)


def _kept(content: bytes, layout: Layout) -> list[tuple[bytes, list[int]]]:
    """The records of each kind, and the places of the fields that the reader keeps of them."""
    lines = content.splitlines(keepends=True)
    kept = [
        (
            b"".join(line for line in lines if line.startswith(f"{kind.record}|".encode())),
            sorted({column.place for column in kind.columns if column.name}),
        )
        for kind in layout.records
    ]
    # A kind that the file has none of is nothing to read.
    return [(records, places) for records, places in kept if records]


def _arrow_kept(kinds: list[tuple[bytes, list[int]]]) -> object:
    options, format_ = (
        pa.csv.ReadOptions(autogenerate_column_names=True, use_threads=True),
        pa.csv.ParseOptions(delimiter="|"),
    )
    return [
        pa.csv.read_csv(
            pa.py_buffer(lines), options, format_, pa.csv.ConvertOptions(include_columns=[f"f{k}" for k in places])
        )
        for lines, places in kinds
    ]


def _polars_kept(kinds: list[tuple[bytes, list[int]]]) -> object:
    return [pl.read_csv(lines, separator="|", has_header=False, columns=places) for lines, places in kinds]


def systems_of(word: str, megabytes: int) -> int:
    """How many metering systems make a file of about that size."""
    return round(megabytes * 1e6 / len(flow_bytes(word, _SAMPLED_SYSTEMS)) * _SAMPLED_SYSTEMS)


def contest(word: str, systems: int, rounds: int, jobs: int) -> None:
    """Print one flow's figures."""
    content, part = flow_bytes(word, systems), flow_bytes(word, systems // _PYTHON_SHARE)
    values = _value_records(content)
    data = np.frombuffer(content, dtype=np.uint8)
    ends = np.zeros(1024, dtype=np.int64)
    submission, one, small = (
        Submission(_NAME, memoryview(sent), "local", TODAY, jobs=threads)
        for sent, threads in ((content, jobs), (content, 1), (part, 1))
    )
    flow = RECORD_FLOWS.get(word)
    read = flow.read if flow else partial(read_pipes, word=word)
    second = flow.second if flow else partial(python_reader, word=word)
    alike = flow.agree if flow else lambda found, table: bool(table.equals(found.readings))
    if not alike(read(small), second(part)):
        raise AssertionError(f"{word}: the reader and the Python parser that is to give the same answers do not")
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "reader": (len(content), lambda: read(submission)),
        "reader, one thread": (len(content), lambda: read(one)),
        "Python, split and float only": (len(part), lambda: python_parser(part)),
        "Python, the same answers": (len(part), lambda: second(part)),
        "pyarrow.csv": (len(values), lambda: _arrow_values(values)),
        "polars.read_csv": (len(values), lambda: _polars_values(values)),
        "newlines, byte by byte": (len(content), lambda: newlines_in_turn(data, ends)),
        "newlines, vectorised": (len(content), lambda: newlines_vectorised(data)),
    }
    if flow:
        kinds = _kept(content, flow.layout)
        size = sum(len(lines) for lines, _ in kinds)
        runs["pyarrow.csv, columns kept"] = (size, lambda: _arrow_kept(kinds))
        runs["polars.read_csv, columns kept"] = (size, lambda: _polars_kept(kinds))
    wall: dict[str, list[float]] = {name: [] for name in runs}
    cpu: dict[str, list[float]] = {name: [] for name in runs}
    for _, run in runs.values():
        run()
    for _ in range(rounds):
        for name, (size, run) in runs.items():
            began, used = time.perf_counter(), time.process_time()
            run()
            wall[name].append(size / 1e6 / (time.perf_counter() - began))
            cpu[name].append(size / 1e6 / (time.process_time() - used))
    print(f"{word}: {len(content) / 1e6:.0f} MB, {jobs} threads, median of {rounds} rounds")
    print(f"  {'':30} {'MB/s':>7} {'reader is':>10}   {'MB a CPU second':>15} {'reader is':>10}")
    for name in runs:
        told = [f"  {name:30}"]
        for width, speeds in ((7, wall), (17, cpu)):
            ratios = [ours / theirs for ours, theirs in zip(speeds["reader"], speeds[name], strict=True)]
            told.append(f"{statistics.median(speeds[name]):{width}.0f} {statistics.median(ratios):8.2f} x")
        print(" ".join(told))


_FIRST = """
import sys, time
from datetime import date
from pathlib import Path
from validator.readings import read_submission
for _ in range(3):
    began = time.perf_counter()
    read_submission(Path(sys.argv[1]), today=date(2026, 9, 30), jobs=int(sys.argv[2]))
    print(time.perf_counter() - began)
"""


def first_reads(systems: int, jobs: int, rounds: int) -> None:
    """Print how long a process's first read takes beside its second and third."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "day.usr"
        path.write_bytes(flow_bytes("D0036", systems))
        spent = []
        for _ in range(rounds):
            command = [sys.executable, "-c", _FIRST, str(path), str(jobs)]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            spent.append([float(line) for line in said.split()])
        size = path.stat().st_size / 1e6
        medians = [statistics.median(each) for each in zip(*spent, strict=True)]
        words = ", ".join(f"{size / each:.0f}" for each in medians)
        print(f"first, second and third read of a process, SHA-256 included: {words} MB/s of {size:.0f} MB")


def main() -> None:
    """Print all figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=150)
    arguments.add_argument(
        "--flow", choices=[*LAYOUTS, *RECORD_FLOWS, "first"], help="one flow, or only a process's first reads"
    )
    arguments.add_argument("--rounds", type=int, default=7)
    chosen = arguments.parse_args()
    jobs = cores()
    print(f"{platform.machine()}, {jobs} cores, Python {platform.python_version()}")
    for word in [*LAYOUTS, *RECORD_FLOWS] if chosen.flow is None else [chosen.flow]:
        if word != "first":
            contest(word, systems_of(word, chosen.megabytes), chosen.rounds, jobs)
    if chosen.flow in (None, "first"):
        first_reads(systems_of("D0036", chosen.megabytes // 3), jobs, 3)


if __name__ == "__main__":
    main()
