"""`copcheck keys`: make, list and revoke API keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from validator.command.printing import print_table, tell

app = typer.Typer(help="Make, list and revoke API keys of the service.", no_args_is_help=True)
Data = Annotated[Path | None, typer.Option(help="The service's folder; COPCHECK_DATA or ./copcheck-data.")]
_DAY_S = 86_400
_ACTOR = "command"


@app.command()
def create(
    collector: Annotated[str, typer.Argument(help="Whose key it is; put on file where it is new.")],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "key",
    scope: Annotated[list[str] | None, typer.Option(help="submit, read, registry or admin; may be repeated.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it expires.")] = 365,
    readings_per_day: Annotated[int | None, typer.Option(min=1, help="Readings that it may send in a UTC day.")] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option(min=1, help="Submissions that it may send in a minute.")
    ] = None,
    data: Data = None,
) -> None:
    """Make a key and show it once, on standard output. By default it may submit and read."""
    from service.access.keys import KeyFault, collector_named, make_key
    from service.access.trail import note
    from service.command.opening import opened, service_settings

    settings = service_settings(data)
    try:
        with opened(settings) as database, database.writing() as connection:
            collector_id = collector_named(connection, collector)
            made = make_key(
                connection, collector_id, name, scope or ["submit", "read"], lasts_s=days * _DAY_S,
                readings_per_day=readings_per_day or settings.readings_per_day,
                requests_per_minute=requests_per_minute or settings.requests_per_minute,
            )  # fmt: skip
            note(connection, _ACTOR, collector_id, "make key", made.id, scopes=scope or ["submit", "read"])
    except KeyFault as fault:
        tell(str(fault))
        raise typer.Exit(2) from fault
    tell(f"Key {made.id} of {collector}, for {days} days. It is shown now and never again:")
    typer.echo(made.secret)


@app.command("list")
def list_keys(data: Data = None) -> None:
    """List the keys on file, without their secrets."""
    from service.access.keys import keys_on_file
    from service.command.opening import opened, service_settings
    from service.results.submissions import iso

    with opened(service_settings(data)) as database, database.reading() as connection:
        rows = keys_on_file(connection)
    table = []
    for row in rows:
        times = [iso(at) if at is not None else "" for at in (row.created_at, row.expires_at, row.revoked_at)]
        limit = "" if row.readings_per_day is None else f"{row.readings_per_day:,}"
        table.append((row.id, row.collector, row.name, row.scopes, limit, *times))
    print_table(("id", "collector", "name", "scopes", "readings a day", "made", "expires", "revoked"), table)


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id, as listed.")], data: Data = None) -> None:
    """Revoke a key. It opens nothing from a second later on."""
    from service.access.keys import revoke_key
    from service.access.trail import note
    from service.command.opening import opened, service_settings

    with opened(service_settings(data)) as database, database.writing() as connection:
        revoked = revoke_key(connection, key_id)
        if revoked:
            note(connection, _ACTOR, None, "revoke key", key_id)
    if not revoked:
        tell(f"There is no key {key_id} in force.")
        raise typer.Exit(2)
    tell(f"Key {key_id} is revoked.")
