"""What a submission costs as more and more is on file: standing meters, approvals and limits, for the same readings.

python -m benchmarks.suite_on_file [--rounds 5]

Loading a table takes longer the longer it is; it is done once, by a service, and shown beside. Judging looks at the
meters that were submitted and at no others, and should cost the same.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from benchmarks import estate
from benchmarks.rows import save
from benchmarks.suite_gb_day import mpans
from validator.readings import read_submission
from validator.regulation import Regulation, load_regulation
from validator.standing import StandingData, read_standing
from validator.validation import validate_readings

SYSTEMS = 500
METERS = (1_000, 10_000, 100_000, 1_000_000)
APPROVALS = (0, 1_000, 10_000, 100_000)
LIMITS = (0, 100, 1_000, 10_000)
"""The shipped tables have fewer than a hundred: a limit is of a CoP and an Issue, and there are few of those."""


def standing_of(meters: int, folder: Path) -> tuple[StandingData, float]:
    """So many meters, those of the readings among them, and the seconds that reading their Parquet file took."""
    facts = estate.meter_facts()
    frame = pl.DataFrame({"mpan_core": pl.from_arrow(mpans(0, meters))})
    frame.with_columns(pl.lit(value).alias(name) for name, value in facts.items()).write_parquet(folder / "on file")
    began = time.perf_counter()
    return read_standing(folder / "on file"), time.perf_counter() - began


def regulation_of(approvals: int, folder: Path) -> tuple[Regulation, float]:
    """The shipped tables and so many made-up approvals of made-up meter types, and the seconds that loading took."""
    import validator.regulation as regulation

    own = folder / f"own-{approvals}"
    own.mkdir()
    shipped = (Path(regulation.__file__).parent / "approvals.csv").read_text(encoding="utf-8").splitlines()
    header = shipped[0].split(",")
    row = next(line for line in shipped if "Prometer 100" in line).split(",")
    at = header.index("meter_type")
    lines = [",".join([*row[:at], f"Made-up type {number}", *row[at + 1 :]]) for number in range(approvals)]
    if lines:
        (own / "approvals.csv").write_text("\n".join([shipped[0], *lines]) + "\n", encoding="utf-8")
    return _loaded(own, bool(lines))


def regulation_with_limits(limits: int, folder: Path) -> tuple[Regulation, float]:
    """The shipped tables and so many limits, each of a made-up CoP of its own, and the seconds that loading took."""
    own = folder / f"limits-{limits}"
    own.mkdir()
    made_up = range(11, 11 + limits)
    issues = "".join(f"{cop},1,made up,,,ISG,COP1-I2,policy\n" for cop in made_up)
    values = "".join(f"{cop},1,capacity_up_to,10,MVA,COP1-I2,policy,made up,\n" for cop in made_up)
    if limits:
        head = "cop,issue,title,in_force_from,in_force_to,committees,source,status\n"
        (own / "cop_issues.csv").write_text(head + issues, encoding="utf-8")
        head = "cop,from_issue,limit,value,unit,source,status,note,applies_to\n"
        (own / "format_limits.csv").write_text(head + values, encoding="utf-8")
    return _loaded(own, bool(limits))


def _loaded(own: Path, any_rows: bool) -> tuple[Regulation, float]:
    began = time.perf_counter()
    return load_regulation(own if any_rows else None), time.perf_counter() - began


def medians(judged: dict[int, Callable[[], Any]], rounds: int) -> dict[int, float]:
    """Median seconds of each, in turn, after one round that is thrown away."""
    took: dict[int, list[float]] = {size: [] for size in judged}
    for number in range(rounds + 1):
        for size, judge in judged.items():
            began = time.perf_counter()
            judge()
            if number:
                took[size].append(time.perf_counter() - began)
    return {size: statistics.median(seconds) for size, seconds in took.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=9)
    chosen = arguments.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        estate.write_parquet(estate.readings(SYSTEMS), folder / "day.parquet")
        readings = read_submission(folder / "day.parquet").readings
        filed = {many: standing_of(many, folder) for many in METERS}
        ruled = {many: regulation_of(many, folder) for many in APPROVALS}
        limited = {many: regulation_with_limits(many, folder) for many in LIMITS}
        known = ruled[0][0]

        def by_meters(standing: StandingData) -> Callable[[], Any]:
            return lambda: validate_readings(readings, standing, known)

        def by_rules(regulation: Regulation) -> Callable[[], Any]:
            return lambda: validate_readings(readings, filed[METERS[0]][0], regulation)

        rows += _rows(
            "meters", filed, medians({many: by_meters(data) for many, (data, _) in filed.items()}, chosen.rounds)
        )
        for what, loaded in (("approvals", ruled), ("limits", limited)):
            judged = medians({many: by_rules(tables) for many, (tables, _) in loaded.items()}, chosen.rounds)
            rows += _rows(what, loaded, judged)
        _check_alike(readings, filed[METERS[0]][0], filed[METERS[-1]][0], known)
    save("on_file", rows)


def _rows(what: str, loaded: dict[int, tuple[Any, float]], judged: dict[int, float]) -> list[dict[str, Any]]:
    first = judged[next(iter(judged))]
    rows = []
    for many, seconds in judged.items():
        row = {"what": what, "many": many, "load_s": loaded[many][1], "judge_s": seconds, "ratio": seconds / first}
        print(f"{many:9,} {what:9}: loaded in {row['load_s']:.3f} s, judged in {seconds:.4f} s, x {row['ratio']:.2f}")
        rows.append(row)
    return rows


def _check_alike(readings: pa.Table, few: StandingData, many: StandingData, regulation: Regulation) -> None:
    if not validate_readings(readings, few, regulation).verdicts.equals(
        validate_readings(readings, many, regulation).verdicts
    ):
        raise RuntimeError("other verdicts with more meters on file")


if __name__ == "__main__":
    main()
