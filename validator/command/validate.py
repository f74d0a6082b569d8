"""`copcheck validate`: readings in, a folder with verdicts, findings and reports out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from validator.command.printing import tell
from validator.command.sources import KnownOnOption, RegistryOption
from validator.cores import cores

if TYPE_CHECKING:
    from validator.command.run import Options
    from validator.report import Run

app = typer.Typer()

FormatWord: TypeAlias = Literal[
    "auto", "arrow-stream", "arrow-file", "parquet", "csv-wide", "csv-narrow", "csv-half-hour", "csv-british-gas",
    "csv-edf", "df2", "csv-schneider", "xlsx", "dip", "D0036", "D0275", "D0379", "C0121", "D0010", "C0101", "C0541",
]  # fmt: skip
TimeBase: TypeAlias = Literal["local", "utc"]
StampsOption: TypeAlias = Annotated[
    Literal["auto", "start", "end"], typer.Option(help="What a time marks, where the header is silent.")
]
ChannelOption: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="MPAN/QUANTITY", help="For a file that names none; may be repeated.")
]
MappingOption: TypeAlias = Annotated[Path | None, typer.Option(help="Where readings stand in MHHS messages: TOML.")]


@app.command()
def validate(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files, folders, or - for standard input.")],
    standing: Annotated[
        Path | None, typer.Option(help="Standing data: CSV or Parquet. Without it, that of the registry.")
    ] = None,
    collector: Annotated[
        str | None, typer.Option(help="Who read the outstations; else as the standing data says.")
    ] = None,
    regulation: Annotated[Path | None, typer.Option(help="Folder of your own rows over the shipped tables.")] = None,
    registry: RegistryOption = None,
    known_on: KnownOnOption = None,
    time_base: Annotated[TimeBase, typer.Option(help="Whose days, where the format does not say.")] = "local",
    out: Annotated[Path, typer.Option(help="Folder to write, whole or not at all.")] = Path("copcheck-report"),
    jobs: Annotated[int, typer.Option(min=1, help="Threads.")] = cores(),
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Leave out what cannot be read, and list it in refused.txt.")
    ] = False,
    allow_test_data: Annotated[
        bool, typer.Option("--allow-test-data", help="Let in files whose header says that they are a test.")
    ] = False,
    format: Annotated[FormatWord, typer.Option(help="Recognised from the content by default.")] = "auto",  # noqa: A002
    stamps: StampsOption = "auto",
    channel: ChannelOption = None,
    mapping: MappingOption = None,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Draw the page, report.html.")] = True,
) -> None:
    """Validate half-hourly readings. Exit code 0: no FAIL; 1: at least one; 2: something could not be read."""
    # Only here: the kernels' compiler and the report are not needed to ask about an approval.
    from validator.command.run import Options, run

    options = Options(
        inputs=tuple(inputs),
        standing=standing,
        collector=collector,
        regulation=regulation,
        registry=registry,
        known_on=known_on,
        time_base=time_base,
        out=out,
        jobs=jobs,
        format=format,
        lenient=lenient,
        allow_test_data=allow_test_data,
        stamps=stamps,
        channels=tuple(channel or ()),
        mapping=mapping,
        report=report,
    )
    done = run(options)
    _say(done, options)
    if done.refused or done.left_out:
        raise typer.Exit(2)
    raise typer.Exit(1 if done.validation.outcomes["FAIL"] else 0)


def _say(done: Run, options: Options) -> None:
    outcomes = done.validation.outcomes
    readings = sum(record.readings for record in done.inputs)
    counted = ", ".join(f"{outcomes[name]:,} {name.replace('_', ' ')}" for name in reversed(list(outcomes)))
    tell(f"{sum(outcomes.values()):,} channel-days: {counted}")
    tell(f"{readings:,} readings in {done.wall_s:.2f} s; regulation {done.regulation.hash[:12]}")
    for note in done.notes:
        tell(note)
    for override in done.regulation.overrides:
        tell(f"Override: {override.description}")
    written = f"Report: {options.out / 'report.html'}" if options.report else f"Verdicts: {options.out}"
    tell(written)
