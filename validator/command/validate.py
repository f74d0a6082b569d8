"""`copcheck validate`: readings in, a folder with verdicts, findings and reports out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from validator.command.source_options import KnownOnOption, RegistryOption
from validator.command.words import FormatWord, StampsWord, TimeBase
from validator.cores import cores

app = typer.Typer()

StampsOption: TypeAlias = Annotated[StampsWord, typer.Option(help="What a time marks, where the header is silent.")]
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
    from validator.command.run import Options
    from validator.command.told import carry_out

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
    raise typer.Exit(carry_out(options))
