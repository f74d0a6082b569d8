"""What every part of a running service shares."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from service.database import Clock, Database, Standing, migrate
from service.jobs.ledger import new_owner
from service.regulations import RegulationShelf
from service.settings import Settings
from service.store import DamagedObjectError, Store, open_store
from service.store.small import Shelves
from validator.registry.registry import set_up
from validator.standing import StandingData, read_standing


class StandingShelf:
    """Standing data by version, the few last used of them kept in memory."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._store = store
        self._lock = threading.Lock()
        self._read = lru_cache(maxsize=8)(self._load)

    def get(self, standing_id: str, known_on: date | None) -> StandingData:
        """A version as known on a date."""
        with self._lock:
            return self._read(standing_id, known_on)

    def _load(self, standing_id: str, known_on: date | None) -> StandingData:
        with self._database.reading() as connection:
            wanted = select(Standing.object_key, Standing.name, Standing.sha256).where(Standing.id == standing_id)
            key, name, sha256 = connection.execute(wanted).one()
        with self._store.local(key) as path:
            read = read_standing(path, known_on)
        if read.sha256 != sha256:
            raise DamagedObjectError(key, sha256, read.sha256)
        return replace(read, name=name)


@dataclass(frozen=True, eq=False)
class Services:
    """One process's hold on the database, the store and the regulation. `owner` signs its leases."""

    settings: Settings
    database: Database
    store: Shelves
    regulations: RegulationShelf
    standing: StandingShelf
    owner: str = field(default_factory=new_owner)

    @classmethod
    def open(cls, settings: Settings) -> Services:
        """Opens everything, and brings the database up to date."""
        settings.data.mkdir(parents=True, exist_ok=True)
        settings.spool.mkdir(parents=True, exist_ok=True)
        database = Database(settings.database)
        migrate(database)
        store = Shelves(database, open_store(settings), settings.spool)
        registry, _ = set_up(settings.registry_address, "copcheck serve")
        regulations = RegulationShelf(database, store, registry, settings.regulation)
        return cls(settings, database, store, regulations, StandingShelf(database, store))

    def hold(self, now: float | None = None) -> dict[str, Any]:
        """What the ledger says of a run that this process takes from the start; `now` by the database's clock."""
        until = (Clock() if now is None else now) + self.settings.lease_s
        return {"state": "running", "attempts": 1, "run_after": 0.0, "lease_owner": self.owner, "lease_until": until}

    def close(self) -> None:
        """Lets the databases go."""
        self.regulations.registry.engine.dispose()
        self.database.close()
