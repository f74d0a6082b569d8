"""`copcheck serve`: the service over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from validator.command.printing import tell

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    open_on_loopback: Annotated[bool, typer.Option(help="Serve without keys; only on a loopback address.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Folder for the database and the store; COPCHECK_DATA or ./copcheck-data.")
    ] = None,
) -> None:
    """Serve the validator over HTTP. Settings are environment variables COPCHECK_...; none is needed."""
    from service.api.access import is_loopback
    from service.command.opening import service_settings
    from service.logs import set_up_logs

    settings = service_settings(data, open_on_loopback=open_on_loopback or None)
    if settings.open_on_loopback and not is_loopback(host):
        tell(f"{host} is not a loopback address: without keys, only 127.0.0.1, ::1 or localhost will do.")
        raise typer.Exit(2)
    if not settings.open_on_loopback and not _any_key(settings):
        tell(
            "No key was ever made. Make one by `copcheck keys create COLLECTOR`, "
            "or serve this machine alone by --open-on-loopback."
        )
        raise typer.Exit(2)
    from service.api.app import create_app
    from service.serving.server import serve as run

    set_up_logs()
    # The loop must not wait long for threads that judge: the default is five times this.
    sys.setswitchinterval(0.001)
    where = f"[{host}]" if ":" in host else host
    tell(f"copcheck on http://{where}:{port}/")
    run(create_app(settings), settings, host, port)


def _any_key(settings: object) -> bool:
    from service.access.keys import any_key
    from service.command.opening import opened

    with opened(settings) as database, database.reading() as connection:
        return any_key(connection)
