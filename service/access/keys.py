"""API keys: made, found, listed and revoked. The secret is shown once and only its digest is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from service.access.caller import SCOPES, Caller
from service.database import ApiKey, Clock, Collector, Session
from service.identity import new_id

PREFIX = "copcheck_"
_COLLECTOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")


class KeyFault(ValueError):  # noqa: N818 - a fault of what was asked, in the words of the house
    """A key cannot be made or found as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """`secret` is shown now and never again."""

    id: str
    secret: str


def digest_of(secret: str) -> str:
    """SHA-256: the secret is 256 random bits, so that nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def collector_named(connection: Connection, name: str) -> str:
    """The identifier of a collector, which is put on file where it is not; KeyFault for a name that will not do."""
    if not _COLLECTOR.fullmatch(name):
        raise KeyFault("a collector's name is 1 to 64 letters, digits, spaces, dots, dashes or underscores")
    known = connection.scalar(select(Collector.id).where(Collector.name == name))
    if known is not None:
        return str(known)
    made = new_id()
    connection.execute(insert(Collector).values(id=made, name=name, created_at=Clock()))
    return made


def make_key(
    connection: Connection,
    collector_id: str,
    name: str,
    scopes: Collection[str],
    *,
    lasts_s: float | None,
    readings_per_day: int | None = None,
    requests_per_minute: int | None = None,
) -> NewKey:
    """A new key of a collector; `lasts_s` seconds from now, or for ever for None."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise KeyFault(f"{', '.join(unknown) or 'nothing'} is no scope: choose among {', '.join(SCOPES)}")
    made = NewKey(new_id(), PREFIX + secrets.token_urlsafe(32))
    connection.execute(
        insert(ApiKey).values(
            id=made.id,
            collector_id=collector_id,
            name=name[:64],
            digest=digest_of(made.secret),
            scopes=" ".join(scope for scope in SCOPES if scope in scopes),
            readings_per_day=readings_per_day,
            requests_per_minute=requests_per_minute,
            created_at=Clock(),
            expires_at=None if lasts_s is None else Clock() + lasts_s,
        )
    )
    return made


def find_key(connection: Connection, secret: str) -> Caller | None:
    """Whose key it is; None for one that is unknown, expired or revoked."""
    return _caller(connection.execute(_valid().where(ApiKey.digest == digest_of(secret))).one_or_none())


def find_session(connection: Connection, token: str) -> Caller | None:
    """Who signed in to the page; None where the session or its key is no longer good."""
    wanted = _valid().join(Session, Session.key_id == ApiKey.id)
    wanted = wanted.where(Session.digest == digest_of(token), Session.expires_at > Clock())
    return _caller(connection.execute(wanted).one_or_none())


def open_session(connection: Connection, key_id: str, lasts_s: float) -> str:
    """A token for a browser to hold in the key's place."""
    token = secrets.token_urlsafe(32)
    values = {"digest": digest_of(token), "key_id": key_id, "expires_at": Clock() + lasts_s}
    connection.execute(insert(Session).values(**values))
    return token


def keys_on_file(connection: Connection, collector_id: str | None = None) -> list[Row[tuple[object, ...]]]:
    """Keys without their digests, oldest first."""
    columns = (
        ApiKey.id, Collector.name.label("collector"), ApiKey.name, ApiKey.scopes, ApiKey.readings_per_day,
        ApiKey.requests_per_minute, ApiKey.created_at, ApiKey.expires_at, ApiKey.revoked_at,
    )  # fmt: skip
    wanted = select(*columns).join(Collector, Collector.id == ApiKey.collector_id).order_by(ApiKey.created_at)
    if collector_id is not None:
        wanted = wanted.where(ApiKey.collector_id == collector_id)
    return list(connection.execute(wanted))


def revoke_key(connection: Connection, key_id: str, collector_id: str | None = None) -> bool:
    """Ends a key at once; False where no such key is in force."""
    wanted = update(ApiKey).where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None)).values(revoked_at=Clock())
    if collector_id is not None:
        wanted = wanted.where(ApiKey.collector_id == collector_id)
    return connection.execute(wanted).rowcount == 1


def any_key(connection: Connection) -> bool:
    """Whether a key was ever made."""
    return bool(connection.scalar(select(func.count()).select_from(ApiKey)))


def _valid() -> Select[*tuple[str, str, str, str, int | None, int | None]]:
    return (
        select(
            ApiKey.collector_id, Collector.name, ApiKey.id, ApiKey.scopes, ApiKey.readings_per_day,
            ApiKey.requests_per_minute,
        )
        .join(Collector, Collector.id == ApiKey.collector_id)
        .where(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > Clock()))
    )  # fmt: skip


def _caller(row: Row[*tuple[Any, ...]] | None) -> Caller | None:
    if row is None:
        return None
    collector_id, name, key_id, scopes, readings, requests = tuple(row)
    return Caller(collector_id, name, key_id, frozenset(scopes.split()), readings, requests)
