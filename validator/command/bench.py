"""`copcheck bench`: how fast one's own files are judged, and how well the checks would detect faults put into them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from validator.command.words import FormatWord, TimeBase
from validator.cores import cores

if TYPE_CHECKING:
    from validator.bench.detection import Detected

app = typer.Typer()
PIPED_WIDTH = 160


@app.command()
def bench(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files or folders of clean readings.")],
    standing: Annotated[Path, typer.Option(help="Standing data: CSV or Parquet.")],
    regulation: Annotated[Path | None, typer.Option(help="Folder of your own rows over the shipped tables.")] = None,
    time_base: Annotated[TimeBase, typer.Option(help="Whose days, where the format does not say.")] = "local",
    rounds: Annotated[int, typer.Option(min=1, help="Times each file is read and judged.")] = 3,
    most: Annotated[int, typer.Option(min=100, help="Channel-days that faults are put into, at most.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Places and strengths of the faults follow from it.")] = 1,
    csv: Annotated[Path | None, typer.Option(help="File for the detection figures.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Threads.")] = cores(),
    format: Annotated[FormatWord, typer.Option(help="Recognised from the content by default.")] = "auto",  # noqa: A002
) -> None:
    """Measure speed and detection on your own files. The readings are taken to be clean as they are."""
    from validator.bench.days import sample_of
    from validator.bench.detection import detection
    from validator.bench.speed import slowest_stage, speed_of
    from validator.command.run import joined
    from validator.readings import expand_inputs, read_submission
    from validator.regulation import load_regulation
    from validator.standing import read_standing

    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        # A table cut to a narrow page would lose its figures.
        console = Console(highlight=False, soft_wrap=True, width=PIPED_WIDTH)
    rules, filed = load_regulation(regulation), read_standing(standing, None)
    paths = [path for path in expand_inputs(tuple(inputs)) if isinstance(path, Path)]
    sources = [read_submission(path, format=format, time_base=time_base) for path in paths]
    speeds = [
        speed_of(path, source, filed, rules, rounds=rounds, jobs=jobs)
        for path, source in zip(paths, sources, strict=True)
    ]
    table = Table("file", "readings", "bare decode", "to verdicts", "ratio", "stages", title="Speed")
    for speed in speeds:
        bare = "-" if speed.bare_s is None else f"{speed.bare_s:.3f} s"
        ratio = "-" if speed.ratio is None else f"{speed.ratio:.2f}"
        stages = ", ".join(f"{stage} {spent:.3f}" for stage, spent in {"decode": speed.read_s, **speed.stages}.items())
        table.add_row(Path(speed.name).name, f"{speed.readings:,}", bare, f"{speed.seconds:.3f} s", ratio, stages)
    console.print(table)
    console.print(f"Most time goes to: {slowest_stage(speeds)}")
    readings = sample_of(joined(sources), most, seed)
    found = list(detection(readings, filed, regulation, seed=seed, jobs=jobs))
    console.print(_detection_table(found, readings.num_rows))
    if csv is not None:
        _write_csv(csv, found)
        console.print(f"Detection figures: {csv}")


def _detection_table(found: list[Detected], rows: int) -> Table:
    title = f"Detection, on {rows:,} channel-days; * is the threshold in force"
    table = Table("fault", "check", "threshold", "detected", "of", "false alarms", "of", title=title)
    for one in found:
        threshold = (
            "" if one.threshold != one.threshold else f"{one.threshold:g} {one.unit}{' *' if one.shipped else ''}"
        )
        detected = f"{one.probability:.1%}" if one.damaged else "not run"
        alarms = f"{one.false_alarm_rate:.3%}" if one.clean else "not run"
        table.add_row(one.fault, one.check, threshold, detected, f"{one.damaged:,}", alarms, f"{one.clean:,}")
    return table


def _write_csv(path: Path, found: list[Detected]) -> None:
    import polars as pl

    rows = [{**vars(one), "probability": one.probability, "false_alarm_rate": one.false_alarm_rate} for one in found]
    pl.DataFrame(rows).fill_nan(None).write_csv(path)
