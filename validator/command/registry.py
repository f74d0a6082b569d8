"""`copcheck registry`: set one up, bring it up to date, see what was done to it."""

from __future__ import annotations

from typing import Annotated

import typer

from validator.command.at_end import AT_END
from validator.command.printing import print_json, print_table, say
from validator.command.source_options import ApplyOption, ByOption, JsonOption, RegistryOption
from validator.command.sources import person, registry_at
from validator.errors import RegistryError

app = typer.Typer(no_args_is_help=True, help="Set up and look after a registry.")


def _address(registry: str | None) -> str:
    if not registry:
        raise RegistryError("no registry named", "--registry FILE, a URL, or COPCHECK_DATABASE_URL")
    return registry


@app.command()
def init(registry: RegistryOption = None, by: ByOption = None) -> None:
    """Set a registry up: its tables, and the shipped rows as its first import."""
    from validator.registry.registry import set_up

    made, new = set_up(_address(registry), person(by))
    AT_END.callback(made.close)
    what = "set up with the shipped tables" if new else "is there already; its tables are current"
    say(f"{made.name}: {what}, revision {made.revision()}")


@app.command()
def upgrade(registry: RegistryOption = None) -> None:
    """Bring the tables of a registry up to this version of the product, all or nothing."""
    from validator.registry import database, schema

    url = database.address_of(_address(registry))
    if not database.is_there(url):
        raise RegistryError(f"no registry at {database.shown(url)}", "one that was set up", schema.SET_UP)
    engine = database.engine_for(url)
    AT_END.callback(engine.dispose)
    with database.told(url):
        schema.upgrade(engine)
    say(f"{database.shown(url)}: tables at version {schema.head()}")


@app.command()
def status(registry: RegistryOption = None, json: JsonOption = False) -> None:
    """What a registry holds, and its last change."""
    from validator.registry.contents import contents_of

    held = contents_of(registry_at(registry))
    if json:
        print_json(held)
        return
    say(f"{held.name}: revision {held.revision}, {held.at:%Y-%m-%d %H:%M:%S} UTC by {held.by}; regulation {held.hash}")
    print_table(("table", "rows held", "rows retracted"), held.counts)


@app.command()
def history(registry: RegistryOption = None, json: JsonOption = False) -> None:
    """Every change of a registry: when, by whom, what."""
    changes = registry_at(registry).history()
    rows = [(c.revision, f"{c.at:%Y-%m-%dT%H:%M:%S.%fZ}", c.by, c.action, c.detail) for c in changes]
    if json:
        print_json([dict(zip(("revision", "at", "by", "action", "detail"), row, strict=True)) for row in rows])
        return
    print_table(("revision", "at (UTC)", "by", "action", "detail"), rows)


@app.command()
def retract(
    table: Annotated[str, typer.Argument(help="A table, as `registry status` names it.")],
    number: Annotated[int, typer.Argument(help="The row's number: 17 of registry/approvals:17.")],
    why: Annotated[str, typer.Option(help="Why it was never right.")],
    registry: RegistryOption = None,
    by: ByOption = None,
    apply: ApplyOption = False,
) -> None:
    """Take back a row that was recorded in error. It stays in the history, and is known on days before."""
    from validator.registry.contents import retract_row

    row = retract_row(registry_at(registry), table, number, why, person(by), apply=apply)
    told = ", ".join(f"{column} {cell}" for column, cell in row.cells.items() if cell)
    say(f"{'Retracted' if apply else 'Would retract'} {row.origin}: {told}")
