"""`copcheck convert`: the readings of one file in another format."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from validator.command.printing import tell
from validator.command.validate import ChannelOption, MappingOption, StampsOption
from validator.command.words import FormatWord, TimeBase
from validator.cores import cores

app = typer.Typer()


@app.command()
def convert(
    given: Annotated[str, typer.Argument(metavar="INPUT", help="A file, or - for standard input.")],
    out: Annotated[Path, typer.Option(help="File to write, whole or not at all; its ending says the format.")],
    to: Annotated[str | None, typer.Option(help="The format to write, where the ending does not say.")] = None,
    format: Annotated[FormatWord, typer.Option(help="Recognised from the content by default.")] = "auto",  # noqa: A002
    time_base: Annotated[TimeBase, typer.Option(help="Whose days, where the format does not say.")] = "local",
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Leave out what cannot be read, and list it beside FILE.")
    ] = False,
    allow_test_data: Annotated[
        bool, typer.Option("--allow-test-data", help="Let in files whose header says that they are a test.")
    ] = False,
    stamps: StampsOption = "auto",
    channel: ChannelOption = None,
    mapping: MappingOption = None,
    header: Annotated[str | None, typer.Option(help="The ZHV line of a D0036 or D0275 to write.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Supplier id of a D0036 or D0275 to write.")] = None,
    drop_attributes: Annotated[
        bool, typer.Option("--drop-attributes", help="Leave out what a D0036 or D0275 has no room for.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Threads.")] = cores(),
) -> None:
    """Convert half-hourly readings. Exit code 0: all of it; 2: something could not be read or written."""
    # Only this command writes Parquet and CSV by itself.
    from validator.convert.convert import Wanted
    from validator.convert.convert import convert as converted
    from validator.readings.hints import Hints
    from validator.readings.received import STANDARD_INPUT
    from validator.readings.streaming import Asked
    from validator.report.left_out import left_out_words
    from validator.report.words import many

    started = time.perf_counter()
    hints = Hints(stamps, tuple(channel or ()), mapping)
    asked = Asked(format=format, time_base=time_base, jobs=jobs, allow_test_data=allow_test_data, hints=hints)
    wanted = Wanted(to, header, supplier, drop_attributes)
    done = converted(STANDARD_INPUT if given == "-" else Path(given), out, asked, wanted, lenient=lenient)
    spent = time.perf_counter() - started
    counted = many(done.registers, "register reading") if done.registers else many(done.channel_days, "channel-day")
    if done.standing_rows:
        counted = f"{many(done.standing_rows, 'row')} of standing data"
    tell(f"{counted}, {done.format} to {done.target}, in {spent:.2f} s")
    for note in done.notes:
        tell(note)
    if done.refused_entries:
        places = many(done.refused_entries, "place")
        tell(f"{left_out_words(done.left_out)} left out, in {places}: see {done.refused_file}")
        raise typer.Exit(2)
