"""`copcheck checks`, `limits` and `version`: what the product knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from validator.catalogue import CATALOGUE
from validator.command.printing import print_table
from validator.errors import Place, SubmissionError
from validator.regulation import load_regulation
from validator.regulation.limits import IssueLimits
from validator.version import product_version

app = typer.Typer()


@app.command()
def checks() -> None:
    """List the checks: code, what it says, how bad it is, whose action."""
    words = {"LIMIT": "by limit status", "LIST": "FAIL or NOT ASSESSED by list"}
    print_table(
        ("bit", "code", "title", "family", "stands on", "outcome", "next action"),
        (
            (check.bit, check.code, check.title, check.family, check.scope, words.get(check.outcome, check.outcome),
             check.next_action)
            for check in CATALOGUE
        ),
    )  # fmt: skip


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
    print_table(
        ("CoP", "Issue", "limit", "value", "unit", "from Issue", "source", "status", "row"),
        (row for cop, issue in chosen for row in _limits(tables.limits_for(cop, issue), cop, issue)),
    )


def _limits(on: IssueLimits, cop: str, issue: int) -> Iterator[tuple[object, ...]]:
    for limit in on.all():
        yield (
            cop, issue, limit.name, limit.text, limit.unit, limit.from_issue, limit.source, limit.status, limit.origin,
        )  # fmt: skip
    for energy in ("active", "reactive"):
        for band in on.accuracy(energy):
            top = "<=" if band.load_to_inclusive else "<"
            load = f"{band.load_from_pct:g} % <= load {top} {band.load_to_pct:g} %"
            name = f"accuracy {energy} {band.power_factor}, {load}"
            yield (
                cop, issue, name, f"{band.limit_pct:g}", "%", band.from_issue, band.source, band.status, band.origin,
            )  # fmt: skip


@app.command()
def version() -> None:
    """Show the product's version and the regulation tables' hash."""
    typer.echo(f"copcheck {product_version()}, regulation {load_regulation().hash}")
