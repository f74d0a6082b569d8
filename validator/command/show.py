"""`copcheck checks`, `limits` and `version`: what the product knows."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from validator.catalogue import CATALOGUE
from validator.command.printing import console
from validator.errors import Place, SubmissionError
from validator.regulation import Regulation, load_regulation

app = typer.Typer()


@app.command()
def checks() -> None:
    """List the checks: code, what it says, how bad it is, whose action."""
    table = Table("bit", "code", "title", "family", "stands on", "outcome", "next action", box=None)
    words = {"LIMIT": "by limit status", "LIST": "FAIL or NOT ASSESSED by list"}
    for check in CATALOGUE:
        outcome = words.get(check.outcome, check.outcome)
        table.add_row(str(check.bit), check.code, check.title, check.family, check.scope, outcome, check.next_action)
    console().print(table, markup=False)


@app.command()
def limits(
    cop: Annotated[str | None, typer.Option(help="Only this Code of Practice.")] = None,
    issue: Annotated[int | None, typer.Option(help="Only this Issue.")] = None,
    regulation: Annotated[Path | None, typer.Option(help="Folder of your own rows over the shipped tables.")] = None,
) -> None:
    """List the limits in force for each CoP Issue, with source and status; inherited ones included."""
    tables = load_regulation(regulation)
    chosen = [(on.cop, on.issue) for on in tables.cop_issues if cop in (None, on.cop) and issue in (None, on.issue)]
    if not chosen:
        known = ", ".join(f"CoP {on.cop} Issue {on.issue}" for on in tables.cop_issues)
        raise SubmissionError(Place("limits"), f"no CoP {cop or ''} Issue {issue or ''} on file", f"one of {known}")
    console().print(_limits_table(tables, chosen), markup=False)


def _limits_table(tables: Regulation, chosen: list[tuple[str, int]]) -> Table:
    table = Table("CoP", "Issue", "limit", "value", "unit", "from Issue", "source", "status", "row", box=None)
    for cop, issue in chosen:
        on = tables.limits_for(cop, issue)
        for limit in on.all():
            table.add_row(
                cop, str(issue), limit.name, limit.text, limit.unit, str(limit.from_issue),
                limit.source, limit.status, limit.origin,
            )  # fmt: skip
        for energy in ("active", "reactive"):
            for band in on.accuracy(energy):
                top = "<=" if band.load_to_inclusive else "<"
                load = f"{band.load_from_pct:g} % <= load {top} {band.load_to_pct:g} %"
                name = f"accuracy {energy} {band.power_factor}, {load}"
                table.add_row(
                    cop, str(issue), name, f"{band.limit_pct:g}", "%", str(band.from_issue),
                    band.source, band.status, band.origin,
                )  # fmt: skip
    return table


@app.command()
def version() -> None:
    """Show the product's version and the regulation tables' hash."""
    try:
        number = installed_version("copcheck")
    except PackageNotFoundError:
        number = "0+unknown"
    typer.echo(f"copcheck {number}, regulation {load_regulation().hash}")
