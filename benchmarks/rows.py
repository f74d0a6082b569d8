"""What the suites measured, kept as JSON for the results page, with the machine that measured it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from validator.cores import cores

FOLDER = Path(__file__).parent / "measured"


def machine() -> dict[str, Any]:
    """Name, cores and software of this machine."""
    import numba
    import numpy
    import polars
    import pyarrow

    return {
        "processor": _processor(),
        "cores": cores(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{module.__name__: module.__version__ for module in (numba, numpy, polars, pyarrow)},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def save(suite: str, rows: Sequence[dict[str, Any]]) -> None:
    """Writes one suite's rows, over those of an earlier run."""
    FOLDER.mkdir(exist_ok=True)
    kept = {
        "machine": machine(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": [_plain(row) for row in rows],
    }
    (FOLDER / f"{suite}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """NaN is no JSON."""
    return {name: None if isinstance(value, float) and value != value else value for name, value in row.items()}


def load(suite: str) -> dict[str, Any] | None:
    """What a suite measured, or None where it has not run."""
    path = FOLDER / f"{suite}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
