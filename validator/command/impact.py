"""`copcheck impact`: what an amendment of a certificate does to an estate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from validator.command.source_options import JsonOption, KnownOnOption, OnOption, RegistryOption, RegulationOption

app = typer.Typer()

Committee: TypeAlias = Literal["ISG", "SVG"]


@app.command()
def impact(
    firmware: Annotated[str | None, typer.Option(help="The amendment that brought this firmware.")] = None,
    amendment: Annotated[str | None, typer.Option(metavar="EVENT", help="The amendment of this event on file.")] = None,
    event: Annotated[
        Path | None, typer.Option(help="An event not on file: CSV, one row of the columns of certificate_events.csv.")
    ] = None,
    meter_type: Annotated[
        str | None, typer.Option("--type", help="The meter type, where several have the firmware.")
    ] = None,
    standing: Annotated[Path | None, typer.Option(help="Standing data: CSV or Parquet; else the registry's.")] = None,
    registry: RegistryOption = None,
    regulation: RegulationOption = None,
    on: OnOption = None,
    known_on: KnownOnOption = None,
    committee: Annotated[Committee | None, typer.Option(help="Only the Codes of Practice that it answers for.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write one row per meter to this file.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write an information paper to this file.")] = None,
    json: JsonOption = False,
) -> None:
    """Show which meters an amendment certifies, before and after it, under which CoP and committee.

    Exit code 0; 2 where something could not be read.
    """
    # Only here: the report and the kernels' compiler are not needed to ask about an approval.
    from validator.command.impact_answer import answer

    answer(
        firmware=firmware, amendment=amendment, event=event, meter_type=meter_type, standing=standing,
        registry=registry, regulation=regulation, on=on, known_on=known_on, committee=committee,
        csv=csv, html=html, json=json,
    )  # fmt: skip
