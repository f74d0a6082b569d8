"""The results page, Markdown and HTML with plots, of whatever the suites have measured on this machine.

python -m benchmarks.results [--out benchmarks/measured]
"""

from __future__ import annotations

import argparse
import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plots import bars, curves, line, readers, scaling, stacks
from benchmarks.rows import FOLDER, load
from benchmarks.targets import reached

Rows = list[dict[str, Any]]
Table = tuple[Sequence[str], list[list[str]]]


class Page:
    """One page in two forms, written side by side."""

    def __init__(self) -> None:
        self.markdown: list[str] = []
        self.html: list[str] = []

    def heading(self, level: int, text: str) -> None:
        """A heading of level 1 to 3."""
        self.markdown += [f"{'#' * level} {text}", ""]
        self.html.append(f"<h{level}>{html.escape(text)}</h{level}>")

    def text(self, text: str) -> None:
        """A paragraph."""
        self.markdown += [text, ""]
        self.html.append(f"<p>{html.escape(text)}</p>")

    def table(self, columns: Sequence[str], rows: list[list[str]]) -> None:
        """A table of texts."""
        self.markdown += [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
        self.markdown += [f"| {' | '.join(row)} |" for row in rows] + [""]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        # Wider than a telephone: the table moves under the finger, and not the page.
        self.html.append(f'<div class="wide" tabindex="0">{table}</div>')

    def plot(self, svg: str, name: str, caption: str, folder: Path) -> None:
        """A plot: a file beside the Markdown, part of the HTML."""
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        self.markdown += [f"![{caption}]({name}.svg)", ""]
        self.html.append(f"<figure>{svg}<figcaption>{html.escape(caption)}</figcaption></figure>")


STYLE = (
    ":root{color-scheme:light dark;--ink:#222;--faint:#5a5a5a;--line:#ddd;--ground:#fff}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e4e4e4;--faint:#a8a8a8;--line:#3c3c3c;--ground:#161616}}"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;"
    "color:var(--ink);background:var(--ground)}"
    "h2{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}"
    ".wide{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;text-align:left;font-size:.9rem}"
    "td,th{border-bottom:1px solid var(--line);padding:.25rem .6rem;vertical-align:top}"
    "td:not(:first-child){font-variant-numeric:tabular-nums}"
    "figure{margin:1rem 0}svg{max-width:100%;height:auto;border-radius:4px}figcaption{color:var(--faint)}"
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=FOLDER)
    chosen = arguments.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    page = Page()
    page.heading(1, "copcheck: measured")
    _machine(page)
    _targets(page)
    for suite, section in SECTIONS.items():
        kept = load(suite)
        if kept is None:
            page.text(f"The suite {suite} has not run here.")
        else:
            section(page, kept["rows"], chosen.out)
    (chosen.out / "results.md").write_text("\n".join(page.markdown), encoding="utf-8")
    body = "".join(page.html)
    width = '<meta name="viewport" content="width=device-width,initial-scale=1">'
    head = f'<meta charset="utf-8">{width}<title>copcheck: measured</title><style>{STYLE}</style>'
    (chosen.out / "results.html").write_text(
        f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n', encoding="utf-8"
    )
    print(chosen.out / "results.html")


def _machine(page: Page) -> None:
    measured = [(suite, kept) for suite in SECTIONS if (kept := load(suite)) is not None]
    if measured:
        page.table(("machine", ""), [[name, str(value)] for name, value in measured[-1][1]["machine"].items()])
        page.text("Measured at " + ", ".join(f"{kept['at']} ({suite})" for suite, kept in measured) + ".")


def _targets(page: Page) -> None:
    page.heading(2, "What was aimed at")
    page.text("Each target, and what was measured on this machine; the suites below say how.")

    def rows_of(suite: str) -> Rows | None:
        kept = load(suite)
        return None if kept is None else list(kept["rows"])

    words = {True: "met", False: "missed", None: "-"}
    page.table(
        ("target", "measured", "", "suite"),
        [[each.target, each.told, words[each.met], each.suite] for each in reached(rows_of)],
    )


def _kernels(page: Page, rows: Rows, folder: Path) -> None:
    page.heading(2, "Per-period checks")
    page.text(
        "All per-period checks that run on the estate (23 of 25: it carries no durations, and no meter of it is "
        "de-energised), from readings in memory to the runs of periods found. The floor reads every value and flag "
        "once and writes one bit set for each. Processor time, one thread each, contenders in turn."
    )
    _timings(page, _of(rows, "floor"), "the floor")
    page.heading(3, "Where the time goes")
    _stages(page, _of(rows, "stages"), folder)
    page.heading(3, "Two threads")
    page.text(
        "By the clock on the wall, each beside its own single thread; 0.50 is twice as fast. The floor does next to "
        "nothing but read and write memory: what two threads do not gain there, the memory withholds from the checks "
        "too. The arithmetic touches no memory: what it does not gain, something else on the machine took."
    )
    _timings(page, _of(rows, "threads"), "one thread")
    page.heading(3, "Against peers")
    page.text(
        "The same checks with the same answers, bit for bit, which is asserted before anything is timed. numpy stands "
        "here twice: pass after pass over whole arrays, as one writes it, and the same over blocks of 64 metering "
        "systems that stay in the cache, as an expert tunes it."
    )
    _timings(page, _of(rows, "peers"), "copcheck")
    page.text(_beyond_the_floor(rows))
    peers = _of(rows, "peers")
    plot = bars([{"name": row["name"], "estate": row["estate"], "ratio": row["ratio"]} for row in peers])
    page.plot(plot, "kernels", "Processor time of each peer, in times that of copcheck (logarithmic)", folder)
    page.heading(3, "Days that hold findings")
    page.text(
        "Clearing a day is cheap, marking it is not: the cost over the share of metering system-days on which every "
        "channel has a finding."
    )
    _shares(page, _of(rows, "shares"), folder)
    page.heading(3, "Each check alone")
    page.text(
        "Nanoseconds a reading, and in brackets times the kernel that marks this check on every channel-day. Most "
        "checks alone are one comparison, as fast as memory comes for anyone who compiles it; what sets the whole "
        "apart is that it reads each value once for all of them. The whole way clears days of every check, whichever "
        "is asked for."
    )
    _alone(page, _of(rows, "alone"))


def _of(rows: Rows, group: str) -> Rows:
    return [row for row in rows if row["group"] == group]


def _timings(page: Page, rows: Rows, against: str) -> None:
    columns = ("estate", "readings", "contender", "ns a reading", f"times {against}", "quartiles", "rounds")
    page.table(columns, [_timing(row) for row in rows])


def _timing(row: dict[str, Any]) -> list[str]:
    quartiles = f"{row['ratio_low']:.2f} to {row['ratio_high']:.2f}"
    return [
        row["estate"], f"{row['readings']:,}", row["name"], f"{_nanoseconds(row):.2f}", f"{row['ratio']:.2f}",
        quartiles, str(row["rounds"]),
    ]  # fmt: skip


def _nanoseconds(row: dict[str, Any]) -> float:
    """What a reading takes."""
    return float(row["median_s"] / row["readings"] * 1e9)


def _stages(page: Page, rows: Rows, folder: Path) -> None:
    estates = list(dict.fromkeys(row["estate"] for row in rows))
    cells = []
    for stage in dict.fromkeys(row["name"] for row in rows):
        of_stage = {row["estate"]: row for row in rows if row["name"] == stage}
        cells.append([stage, *(f"{_nanoseconds(of_stage[name]):.3f}" for name in estates)])
    page.table(("kernel, ns a reading", *estates), cells)
    page.plot(
        stacks([{**row, "nanoseconds": _nanoseconds(row)} for row in rows]),
        "stages", "Nanoseconds a reading by kernel, on one thread", folder,
    )  # fmt: skip


def _beyond_the_floor(rows: Rows) -> str:
    """What 40 times the best peer would ask for, in times of the floor."""
    told = []
    for estate in dict.fromkeys(row["estate"] for row in _of(rows, "peers")):
        peers = [
            row for row in _of(rows, "peers") if row["estate"] == estate and not row["name"].startswith("copcheck")
        ]
        best = min(peers, key=_nanoseconds)
        floor = next(row for row in _of(rows, "floor") if row["estate"] == estate and row["name"] == "floor by day")
        quickest, least = _nanoseconds(best), _nanoseconds(floor)
        told.append(
            f"{estate}: the quickest peer, {best['name']}, takes {quickest:.1f} ns a reading; a fortieth of that is "
            f"{quickest / 40:.2f} ns, {quickest / 40 / least:.2f} of the floor's {least:.2f} ns"
        )
    return "What forty times the quickest peer would mean. " + ". ".join(told) + "."


def _shares(page: Page, rows: Rows, folder: Path) -> None:
    ours = [row for row in rows if row["name"].startswith("copcheck")]
    _timings(page, ours, "the floor")
    values = [{"share": row["share"], "nanoseconds": _nanoseconds(row)} for row in ours]
    page.plot(line(values), "shares", "Nanoseconds a reading over the share of days that hold findings", folder)


def _alone(page: Page, rows: Rows) -> None:
    contenders = list(dict.fromkeys(row["name"] for row in rows))
    cells = []
    for check in dict.fromkeys(row["estate"] for row in rows):
        of_check = {row["name"]: row for row in rows if row["estate"] == check}
        cells.append(
            [
                check,
                *(
                    f"{_nanoseconds(of_check[name]):.2f}\N{NO-BREAK SPACE}({of_check[name]['ratio']:.1f})"
                    for name in contenders
                ),
            ]
        )
    page.table(("check", *contenders), cells)


def _frameworks(page: Page, rows: Rows, _folder: Path) -> None:
    page.heading(2, "Validation frameworks")
    page.text(
        "Each on the rules that it can express, with the same row numbers for an answer. Beside it copcheck with all "
        "of its per-period checks, copcheck asked for the three rules alone, and the floor, which reads the values "
        "once and answers nothing. Three comparisons with a constant are what a columnar library does best: no "
        "answer can be further ahead of a framework than the floor is."
    )
    cells = [
        [
            row["name"], row["rules"], f"{_nanoseconds(row):.2f}",
            *(f"{row['median_s'] / row[ours]:.1f}" for ours in ("every_s", "same_s", "floor_s")),
        ]
        for row in rows
    ]  # fmt: skip
    columns = (
        "framework", "rules", "ns a reading", "times copcheck, all checks", "times copcheck, these rules",
        "times the floor",
    )  # fmt: skip
    page.table(columns, cells)
    if rows:
        page.text(f"{rows[0]['readings']:,} readings.")


def _readers(page: Page, rows: Rows, folder: Path) -> None:
    page.heading(2, "Readers")
    page.text(
        "A file from its path to readings, on all cores, contenders in turn; megabytes of the file a second, and in "
        "brackets how many times as fast copcheck is. copcheck checks the envelope and every number, puts days "
        "together and knows the calendar; of D0268 it makes rows of standing data; the peers decode cells. Of a "
        "file with lines of several lengths they get the lines of values alone; plain Python gets a twentieth of the "
        "file, or the whole of a workbook, by openpyxl, and of MHHS messages, by json."
    )
    names = list(dict.fromkeys(row["name"] for row in rows))
    cells = []
    for file in dict.fromkeys(row["file"] for row in rows):
        of_file = {row["name"]: row for row in rows if row["file"] == file}
        size = of_file[names[0]]["bytes"] / 1e6
        cells.append([file, f"{size:.1f}", *(_speed(of_file.get(name)) for name in names)])
    page.table(("file", "MB", *names), cells)
    peers = [{**row, "estate": row["file"]} for row in rows if row["name"] != names[0]]
    page.plot(readers(peers), "readers", "How many times as fast as each peer copcheck reads (logarithmic)", folder)


def _speed(row: dict[str, Any] | None) -> str:
    return "-" if row is None else f"{row['bytes_a_second'] / 1e6:,.0f}\N{NO-BREAK SPACE}({row['ratio']:.2f})"


def _end_to_end(page: Page, rows: Rows, folder: Path) -> None:
    page.heading(2, "End to end")
    page.text(
        "From a file to verdicts, findings and report.json, beside the bare decode of the same columns by pyarrow on "
        "the same cores: of Parquet, all columns into memory; of Arrow, the file read into memory and, where it is "
        "compressed, decompressed; of D0036, its lines alone. Each in a process of its own. The page, report.html, is "
        "drawn from as many findings whatever the file's size, and stands apart."
    )
    columns = (
        "format",
        "readings",
        "seconds",
        "bare decode",
        "ratio",
        "processor, s",
        "of the decode",
        "peak MiB",
        "page, s",
        "stages, in seconds",
    )
    page.table(columns, [_run(row) for row in rows])
    page.text("What each further ten million readings cost, by a straight line through the sizes:")
    page.table(("format", "command, s", "bare decode, s", "ratio"), [_slope(name, rows) for name in _formats(rows)])
    points = [{"format": row["format"], "readings": row["readings"], "seconds": row["seconds"]} for row in rows]
    page.plot(scaling(points), "end_to_end", "Seconds over readings", folder)


def _formats(rows: Rows) -> list[str]:
    """Formats that were measured at more than one size."""
    names = dict.fromkeys(row["format"] for row in rows)
    return [name for name in names if len({row["readings"] for row in rows if row["format"] == name}) > 1]


def _slope(name: str, rows: Rows) -> list[str]:
    of_format = [row for row in rows if row["format"] == name]
    readings = [row["readings"] for row in of_format]
    command, decode = (
        np.polyfit(readings, [row[column] for row in of_format], 1)[0] * 1e7 for column in ("seconds", "decode_s")
    )
    return [name, f"{command:.3f}", f"{decode:.3f}", f"{command / decode:.2f}" if decode > 0 else "-"]


def _run(row: dict[str, Any]) -> list[str]:
    stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in row["stages"].items())
    return [
        row["format"], f"{row['readings']:,}", f"{row['seconds']:.2f}", f"{row['decode_s']:.2f}", f"{row['ratio']:.2f}",
        f"{row['cpu_s']:.2f}", f"{row['decode_cpu_s']:.2f}", f"{row['peak_mib']:,.0f}", f"{row['page_s']:.2f}", stages,
    ]  # fmt: skip


def _layouts(page: Page, rows: Rows, _folder: Path) -> None:
    page.heading(2, "Which Parquet to write")
    page.text(
        "Nanoseconds to decode one reading, energy and flags, by pyarrow on all cores; processor time beside it, and "
        "the processor time of copcheck's own reading of the same file."
    )
    cells = [
        [
            row["shape"], row["encoding"], f"{row['row_group']:,}", f"{row['bytes']:.2f}", f"{row['wall_ns']:.2f}",
            f"{row['cpu_ns']:.2f}", f"{row['read_cpu_ns']:.2f}",
        ]
        for row in rows
    ]  # fmt: skip
    columns = ("shape", "encoding", "rows in a group", "bytes a reading", "decode, ns", "processor, ns", "copcheck, ns")
    page.table(columns, cells)


def _start(page: Page, rows: Rows, _folder: Path) -> None:
    page.heading(2, "Start to first verdict")
    page.text(
        "A Parquet file of one meter, from the start of the process to its end. Cold: the pages of the environment, "
        "the product and the compiled kernels are dropped from the page cache before each run. Both sides keep "
        "bytecode, as an installation does."
    )
    cells = [
        [
            row["state"], row["name"], f"{row['wall_s']:.2f}", f"{row['cpu_s']:.2f}",
            *("-" if row[name] is None else f"{row[name]:.2f}" for name in ("ratio", "cpu_ratio")),
        ]
        for row in rows if row["state"] != "imports"
    ]  # fmt: skip
    page.table(("state", "process", "seconds", "processor, s", "times the imports", "processor"), cells)
    page.text("What is imported, in milliseconds of each package's own modules, while a clock runs for each:")
    taken = [row for row in rows if row["state"] == "imports"]
    processes = list(dict.fromkeys(row["name"] for row in taken))
    cells = []
    for package in dict.fromkeys(row["package"] for row in taken):
        of_package = {row["name"]: row["wall_s"] for row in taken if row["package"] == package}
        cells.append([package, *(f"{of_package.get(name, 0.0) * 1e3:.0f}" for name in processes)])
    page.table(("package", *processes), cells)


def _profile(page: Page, rows: Rows, folder: Path) -> None:
    page.heading(2, "What bounds it")
    page.text(
        "Memory, read and copied as STREAM does it, in arrays of 256 MiB; a copy counts what it reads and what it "
        "writes. Beside it each kernel on one thread. The first pass reads at least ten bytes a reading, a double and "
        "its flags: where what it moves is well under what one thread can read, it computes; where two threads get "
        "little more from memory than one, they cannot pass over readings twice as fast."
    )
    page.table(
        ("memory", "GB/s"),
        [[row["name"], f"{row['gigabytes_a_second']:.1f}"] for row in rows if row["group"] == "memory"],
    )
    cells = [
        [row["name"], f"{row['nanoseconds']:.3f}", "" if row["moved"] is None else f"{row['moved']:.1f}"]
        for row in rows if row["group"] == "kernels"
    ]  # fmt: skip
    page.table(("kernel", "ns a reading", "GB/s of readings"), cells)
    for kind, title in (("end_to_end", "One Parquet file, end to end"), ("gb_day", "Parts of Great Britain's day")):
        page.heading(3, title)
        of_kind = [row for row in rows if row["group"] == kind]
        page.text(
            f"Where the processors were, in {of_kind[0]['samples']:,} samples of all threads: by the innermost "
            "function of ours, with what it calls of other libraries and kernels."
        )
        page.table(
            ("function", "share", "ns a reading"),
            [[row["name"], f"{row['share']:.1%}", f"{row['nanoseconds']:.2f}"] for row in of_kind],
        )
        svg = (folder / f"flames_{kind}.svg").read_text(encoding="utf-8")
        caption = f"{title}: each box a function, as wide as its share; ours in orange. Hover for the name."
        page.plot(svg, f"flames_{kind}", caption, folder)


def _on_file(page: Page, rows: Rows, _folder: Path) -> None:
    page.heading(2, "More on file")
    page.text("The same readings judged with more meters, approvals and limits on file; loading them is done once.")
    cells = [
        [f"{row['many']:,} {row['what']}", f"{row['load_s']:.3f}", f"{row['judge_s']:.4f}", f"{row['ratio']:.2f}"]
        for row in rows
    ]
    page.table(("on file", "loaded, s", "judged, s", "times the first"), cells)


def _gb_day(page: Page, rows: Rows, _folder: Path) -> None:
    page.heading(2, "One day of Great Britain")
    page.text(
        "Parts of Parquet, each with its own standing data; a process for each core reads, validates and writes the "
        "next part that nobody has taken. The seconds of the three stages are added up over the processes, and so is "
        "the peak."
    )
    cells = [
        [
            row["layout"], f"{row['channel_days']:,}", f"{row['readings']:,}", str(row["cores"]),
            f"{row['seconds']:.1f}", f"{row['read_s']:.1f}", f"{row['validate_s']:.1f}", f"{row['write_s']:.1f}",
            f"{row['peak_gib']:.2f}", f"{row['whole_day_s']:.0f}",
        ]
        for row in rows
    ]  # fmt: skip
    columns = (
        "layout",
        "channel-days",
        "readings",
        "cores",
        "seconds",
        "read",
        "validate",
        "write",
        "peak GiB",
        "s for 30 million",
    )
    page.table(columns, cells)


def _detection(page: Page, rows: Rows, folder: Path) -> None:
    page.heading(2, "Detection")
    page.text(
        "Faults put into clean days at known places, with strengths drawn so that each factor of ten is as likely. "
        "The curve over a threshold is what one chooses it by; the threshold in force is marked with a star."
    )
    page.table(
        ("fault", "what is put in", "check", "threshold", "detected", "of", "false alarms", "of"),
        [_detected(row) for row in rows if row["shipped"]],
    )
    for check in dict.fromkeys(row["check"] for row in rows if row["threshold"] is not None):
        of_check = [row for row in rows if row["check"] == check]
        caption = f"{check}: probability of detection and false-alarm rate over {of_check[0]['unit']}"
        page.plot(curves(of_check), f"detection_{check}", caption, folder)
    page.table(
        ("fault", "what is put in", "check", "threshold", "detected", "of", "false alarms", "of"),
        [_detected(row) for row in rows],
    )


def _detected(row: dict[str, Any]) -> list[str]:
    threshold = (
        "" if row["threshold"] is None else f"{row['threshold']:g} {row['unit']}{' *' if row['shipped'] else ''}"
    )
    return [
        row["fault"], row["title"], row["check"], threshold, _share(row["probability"], 1), f"{row['damaged']:,}",
        _share(row["false_alarm_rate"], 3), f"{row['clean']:,}",
    ]  # fmt: skip


def _share(value: float | None, places: int) -> str:
    return "not run" if value is None else f"{value:.{places}%}"


SECTIONS: dict[str, Callable[[Page, Rows, Path], None]] = {
    "kernels": _kernels,
    "frameworks": _frameworks,
    "readers": _readers,
    "end_to_end": _end_to_end,
    "profile": _profile,
    "layouts": _layouts,
    "start": _start,
    "on_file": _on_file,
    "gb_day": _gb_day,
    "detection": _detection,
}


if __name__ == "__main__":
    main()
