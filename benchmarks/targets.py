"""What the project set out to reach, beside what was measured: met or missed, with the figure, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Rows = list[dict[str, Any]]

WHOLE_DAY = 30_000_000
"""Channel-days of Great Britain."""
NOISE = 1.1
"""A cost is called flat or linear where it stays within a tenth: what is measured twice differs by as much."""


@dataclass(frozen=True)
class Reached:
    """One target; `met` is None where the suite has not run. `told` says the figure in words."""

    target: str
    suite: str
    told: str
    met: bool | None


def reached(load: Callable[[str], Rows | None]) -> list[Reached]:
    """Every target, from what the suites measured."""
    found = []
    for suite, judge in _JUDGES:
        rows = load(suite)
        if rows is None:
            found += [Reached(target, suite, "not measured here", None) for target in _TARGETS[suite]]
        else:
            found += [
                Reached(target, suite, told, met)
                for target, (told, met) in zip(_TARGETS[suite], judge(rows), strict=True)
            ]
    return found


_TARGETS = {
    "kernels": (
        "all per-period checks, one thread: at most 2.5 times the floor",
        "two threads: at least 1.8 times one",
        "at least 40 times the best of numpy, polars and DuckDB",
    ),
    "frameworks": ("at least 40 times every validation framework",),
    "end_to_end": (
        "end to end from Parquet: at most 1.3 times the bare decode",
        "end to end from Arrow: at most 1.3 times the bare decode",
        "cost linear in readings",
    ),
    "gb_day": ("the GB day on two cores: at most 45 s", "the GB day: at most 1.5 GiB at the peak"),
    "start": (
        "start to first verdict, cold: at most 1.5 s",
        "start to first verdict, warm: at most twice the imports of pyarrow and numba",
    ),
    "on_file": ("cost flat in limits, approvals and meters on file, up to a million meters",),
}

Judged = Iterator[tuple[str, bool]]


def _kernels(rows: Rows) -> Judged:
    floors = {row["estate"]: row["ratio"] for row in rows if row["group"] == "floor" and _ours(row)}
    yield _each(floors, "{:.2f}"), max(floors.values()) <= 2.5
    pairs = [row for row in rows if row["group"] == "threads" and "two threads" in row["name"]]
    gains = {row["estate"]: 1 / row["ratio"] for row in pairs if _ours(row)}
    others = {f"{row['name']}, {row['estate']}": 1 / row["ratio"] for row in pairs if not _ours(row)}
    yield f"{_each(gains, '{:.2f}')} (beside it {_each(others, '{:.2f}')})", min(gains.values()) >= 1.8
    best: dict[str, tuple[float, str]] = {}
    for row in rows:
        if row["group"] == "peers" and not _ours(row):
            best[row["estate"]] = min(best.get(row["estate"], (row["ratio"], row["name"])), (row["ratio"], row["name"]))
    told = "; ".join(f"{ratio:.1f}, {name} ({estate})" for estate, (ratio, name) in best.items())
    yield told, min(ratio for ratio, _ in best.values()) >= 40


def _frameworks(rows: Rows) -> Judged:
    ahead = {row["name"]: row["median_s"] / row["every_s"] for row in rows}
    yield _each(ahead, "{:.0f}"), min(ahead.values()) >= 40


def _end_to_end(rows: Rows) -> Judged:
    most = max(row["readings"] for row in rows)
    for kind in ("Parquet", "Arrow"):
        ratios = {
            row["format"]: row["ratio"] for row in rows if row["format"].startswith(kind) and row["readings"] == most
        }
        yield f"{_each(ratios, '{:.2f}')}, of {most:,} readings", max(ratios.values()) <= 1.3
    growth = {}
    for name in dict.fromkeys(row["format"] for row in rows):
        sizes = sorted((row["readings"], row["seconds"]) for row in rows if row["format"] == name)
        growth[name] = (sizes[-1][1] / sizes[-1][0]) / (sizes[0][1] / sizes[0][0])
    told = "a reading of the largest file costs, in times one of the smallest: " + _each(growth, "{:.2f}")
    yield told, max(growth.values()) <= NOISE


def _gb_day(rows: Rows) -> Judged:
    (row,) = rows
    whole = row["channel_days"] >= WHOLE_DAY
    told = (
        f"{row['seconds']:.1f} s"
        if whole
        else f"{row['whole_day_s']:.0f} s, reckoned from {row['channel_days']:,} channel-days"
    )
    yield f"{told}, on {row['cores']} cores", row["whole_day_s"] <= 45
    yield f"{row['peak_gib']:.2f} GiB", row["peak_gib"] <= 1.5


def _start(rows: Rows) -> Judged:
    first = {row["state"]: row for row in rows if row["name"] == "verdicts alone" and row["state"] in ("warm", "cold")}
    yield f"{first['cold']['wall_s']:.2f} s", first["cold"]["wall_s"] <= 1.5
    yield f"{first['warm']['ratio']:.2f} ({first['warm']['wall_s']:.2f} s)", first["warm"]["ratio"] <= 2


def _on_file(rows: Rows) -> Judged:
    most = {what: max((row["many"], row["ratio"]) for row in rows if row["what"] == what) for what in _whats(rows)}
    told = "; ".join(f"{many:,} {what}: {ratio:.2f} times the fewest" for what, (many, ratio) in most.items())
    yield told, max(row["ratio"] for row in rows) <= NOISE


def _whats(rows: Rows) -> list[str]:
    return list(dict.fromkeys(row["what"] for row in rows))


def _ours(row: dict[str, Any]) -> bool:
    return str(row["name"]).startswith("copcheck")


def _each(figures: dict[str, float], form: str) -> str:
    return "; ".join(f"{form.format(figure)} ({name})" for name, figure in figures.items())


_JUDGES: tuple[tuple[str, Callable[[Rows], Judged]], ...] = (
    ("kernels", _kernels), ("frameworks", _frameworks), ("end_to_end", _end_to_end), ("gb_day", _gb_day),
    ("start", _start), ("on_file", _on_file),
)  # fmt: skip
