"""A body that came and what was said of it, on its way to the record."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from service.access.caller import Caller
from service.identity import new_id
from service.receiving.body import Spooled
from service.services import Services


@dataclass(frozen=True)
class Told:
    """What a request says of its body."""

    name: str
    media_type: str | None
    encoding: str | None
    format: str
    time_base: str
    collector: str | None
    standing: str | None
    known_on: str | None
    idempotency_key: str | None
    stamps: str = "auto"
    channels: tuple[str, ...] = ()
    allow_test_data: bool = False
    lenient: bool = False
    mapping: dict[str, str] | None = None

    @cached_property
    def options(self) -> dict[str, Any]:
        """What the reader of the body goes by, as it stands on record."""
        names = ("format", "time_base", "collector", "stamps", "allow_test_data", "lenient", "mapping")
        return {name: getattr(self, name) for name in names} | {"channels": list(self.channels)}


@dataclass
class Arrival:
    """A body that came, on its way to the record. `hold`: its sender waits for the result.

    `content` is set for one small enough to be kept in the database; others are in the store under `key`.
    """

    caller: Caller
    sha256: str
    size_bytes: int
    told: Told
    hold: bool
    key: str = ""
    content: bytes | None = None
    regulation: str = ""
    submission_id: str = field(default_factory=new_id)
    tried: bool = False

    @property
    def received_at(self) -> float:
        """Seconds since 1970, as its identifier has them."""
        return int(self.submission_id[:12], 16) / 1000

    @cached_property
    def content_key(self) -> str:
        """One digest for the bytes and everything that changes how they are judged."""
        told = self.told
        parts = [self.sha256, told.options, told.standing, told.known_on]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def arrival_of(services: Services, caller: Caller, body: Spooled, told: Told, *, hold: bool) -> Arrival:
    """Keeps a body in the store, or readies it for the database where it is small: that waits for no disk."""
    arrival = Arrival(caller, body.sha256, body.size_bytes, told, hold)
    place = f"bodies/{caller.collector_id}/{arrival.submission_id}"
    arrival.key = services.store.key_for(place, body.size_bytes)
    if arrival.key != place:
        arrival.content = body.content if body.content is not None else body.path.read_bytes()
    else:
        services.store.take(place, body.file())
    return arrival
