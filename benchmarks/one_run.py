"""One run in a process of its own, for its time and peak memory: the command, or the bare decode beside it.

python -m benchmarks.one_run command|page FILE STANDING OUT, or python -m benchmarks.one_run decode FILE; prints JSON.
`command` writes verdicts, findings and report.json; `page` the HTML page too.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    kind, path = sys.argv[1], Path(sys.argv[2])
    done = _decode(path) if kind == "decode" else _command(path, Path(sys.argv[3]), Path(sys.argv[4]), kind == "page")
    print(json.dumps({**done, "peak_mib": peak_mib()}))


def peak_mib() -> float:
    """Most memory that this process held. `getrusage` would give its parent's, where that held more."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) / 2**10
    raise RuntimeError("no VmHWM in /proc/self/status")


def _command(path: Path, standing: Path, out: Path, page: bool) -> dict[str, Any]:
    from validator.command.run import Options, run
    from validator.cores import cores

    options = Options((str(path),), standing, None, None, None, "local", out, cores(), "auto", report=page)
    began, cpu = time.perf_counter(), time.process_time()
    done = run(options)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    written = json.loads((out / "report.json").read_text(encoding="utf-8"))
    stages = {name: stage["seconds"] for name, stage in written["stages"].items()}
    return {
        "seconds": seconds,
        "cpu_s": cpu_s,
        "stages": stages,
        "readings": written["readings"],
        "rows": done.validation.verdicts.num_rows,
    }


def _decode(path: Path) -> dict[str, Any]:
    """The same columns, decoded by pyarrow alone; for a flow of text, no more than its lines."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    began, cpu = time.perf_counter(), time.process_time()
    if path.suffix == ".parquet":
        table = pq.read_table(path)
    elif path.suffix == ".arrow":
        # Read into memory, not mapped: a mapped file is decoded by nobody until its values are looked at.
        table = pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()
    else:
        lines = pa.csv.ReadOptions(column_names=["line"])
        table = pa.csv.read_csv(path, read_options=lines, parse_options=pa.csv.ParseOptions(delimiter="\x01"))
    return {
        "seconds": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
        "rows": table.num_rows,
    }


if __name__ == "__main__":
    main()
