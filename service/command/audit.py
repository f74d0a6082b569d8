"""`copcheck audit`: is everything there that the chain says, and as it was?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from validator.command.printing import tell

app = typer.Typer()


@app.command()
def audit(
    data: Annotated[Path | None, typer.Option(help="The service's folder; COPCHECK_DATA or ./copcheck-data.")] = None,
    apply_retention: Annotated[bool, typer.Option(help="Archive and remove what is due first.")] = False,
    from_hash: Annotated[
        str | None, typer.Option(help="A link's hash that must be in the chain, from a receipt.")
    ] = None,
) -> None:
    """Verify the service's chain of manifests against the ledger and the store.

    Exit code 0: all is as it was kept; 1: something is not; 2: it could not be looked at.
    """
    from datetime import UTC, datetime

    from service.audit.retention import apply_retention as retain
    from service.audit.verify import verify
    from service.command.opening import service_settings
    from service.database import NotAvailableError
    from service.services import Services
    from service.store import StoreUnavailableError

    try:
        services = Services.open(service_settings(data))
        if apply_retention:
            went = retain(services, datetime.now(UTC))
            tell(f"Retention: {went['archived']:,} archived, {went['removed']:,} removed")
        told = verify(services, from_hash)
        services.close()
    except (NotAvailableError, StoreUnavailableError) as fault:
        tell(str(fault))
        raise typer.Exit(2) from fault
    for text in told.faults:
        tell(text)
    tell(
        f"{told.links:,} links, {told.objects:,} objects, {told.faults_in_all:,} faults; the chain ends in {told.last}"
    )
    raise typer.Exit(1 if told.faults_in_all else 0)
