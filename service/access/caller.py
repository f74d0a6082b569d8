"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = ("submit", "read", "registry", "admin")
"""submit: send readings and standing data; read: read back; registry: change the registry; admin: keys and trail."""

OPEN_COLLECTOR = "local"
"""The collector that everyone is where the service runs without keys."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A collector, by one of its keys (None where the service runs without keys)."""

    collector_id: str
    collector: str
    key_id: str | None
    scopes: frozenset[str]
    readings_per_day: int | None = None
    requests_per_minute: int | None = None

    @property
    def actor(self) -> str:
        """How the trail names them."""
        return f"key {self.key_id}" if self.key_id else "open"
