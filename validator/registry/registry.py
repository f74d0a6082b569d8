"""One registry: opened, read as of a moment, and changed one whole change at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, Engine, select, text
from sqlalchemy.orm import Session

from validator.errors import RegistryError
from validator.registry import database, schema
from validator.registry.facts import FACTS, Fact, as_text, known, row_file
from validator.registry.models import Change
from validator.registry.writing import Writing
from validator.regulation import Regulation
from validator.regulation.loading import packaged_tables, regulation_from
from validator.regulation.tables import SHAPES, RawTables, Row
from validator.standing import StandingData


@dataclass(frozen=True)
class Registry:
    """A registry that was opened. `url` is its address; show it by `database.shown`, without its password."""

    engine: Engine
    url: URL

    @property
    def name(self) -> str:
        """The address without its password."""
        return database.shown(self.url)

    def close(self) -> None:
        """Let go of the connections that are kept for the next question; another opens a new one."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the registry; RegistryError where it cannot be reached or is not current."""
        with self._session() as session:
            schema.require_current(session.connection())
            yield session

    @contextmanager
    def changing(self, action: str, by: str, detail: str = "", *, if_revision: int | None = None) -> Iterator[Writing]:
        """One change: what is written within holds as a whole, or not at all.

        Writers follow one another, each seeing what the one before it wrote. A change that changes nothing
        leaves no trace. With `if_revision`, RegistryError where the registry is not at that revision any more.
        """
        with self.writing_session() as session:
            before = _last(session)
            if if_revision is not None and before.revision != if_revision:
                raise RegistryError(
                    f"revision {before.revision}, written by {before.by} at {before.at:%Y-%m-%d %H:%M:%S} UTC",
                    f"revision {if_revision}, on which this change was based",
                    "Nothing was changed; look at the difference again",
                )
            # Times never repeat, so that every state between two changes can be had again.
            at = max(datetime.now(UTC), before.at + timedelta(microseconds=1))
            change = Change(revision=before.revision + 1, at=at, by=by, action=action, detail=detail)
            writing = Writing(session, change, _tables(session, None))
            yield writing
            writing.settle()
            if writing.wrote:
                session.commit()

    @contextmanager
    def writing_session(self) -> Iterator[Session]:
        """A session that no other writer can overtake; it writes nothing unless it commits."""
        with self._session(writes=True) as session:
            _one_writer(session)
            schema.require_current(session.connection())
            yield session

    @contextmanager
    def _session(self, *, writes: bool = False) -> Iterator[Session]:
        options: dict[str, object] = {"registry_writes": writes}
        if not writes and self.engine.dialect.name == "postgresql":
            # All statements of a reader see one state; SQLite's transactions do of themselves.
            options["isolation_level"] = "REPEATABLE READ"
        engine = self.engine.execution_options(**options)
        with database.told(self.url), Session(engine) as session:
            yield session

    def revision(self) -> int:
        """The number of the last change."""
        with self.reading() as session:
            return _last(session).revision

    def history(self) -> tuple[Change, ...]:
        """Every change, first to last."""
        with self.reading() as session:
            changes = tuple(session.scalars(select(Change).order_by(Change.revision)))
            session.expunge_all()
            return changes

    def tables(self, known_at: datetime | None = None) -> RawTables:
        """The regulation tables as known at a moment: the registry's over the shipped limits and policies."""
        with self.reading() as session:
            return _tables(session, known_at)

    def standing(self, known_at: datetime | None = None, mpans: Sequence[str] | None = None) -> StandingData:
        """Standing data as known at a moment (None: now); with `mpans`, of those metering systems alone."""
        from validator.registry.standing import standing_of

        return standing_of(self, known_at, mpans)

    def last_change_at(self) -> datetime:
        """When the last change was made: what is known at that moment is what is known now."""
        with self.reading() as session:
            return _last(session).at

    def regulation(
        self, overrides: Path | None = None, known_at: datetime | None = None, *, known_on: date | None = None
    ) -> Regulation:
        """The regulation that the registry gives, as known at a moment (None: now).

        `known_on` is the day by which overrides and shipped limits are cut, and that reports name.
        """
        return regulation_from(self.tables(known_at), overrides, known_on)


def open_registry(address: str) -> Registry:
    """The registry at a database URL or a SQLite path; RegistryError where there is none."""
    url = database.address_of(address)
    if not database.is_there(url):
        raise RegistryError(f"no registry at {database.shown(url)}", "one that was set up", schema.SET_UP)
    return Registry(database.engine_for(url), url)


def set_up(address: str, by: str) -> tuple[Registry, bool]:
    """A registry whose tables are current, and whether it is new: a new one gets the shipped tables as its first
    import, known from the beginning.
    """
    url = database.address_of(address)
    registry = Registry(database.engine_for(url), url)
    try:
        with database.told(url):
            schema.upgrade(registry.engine)
        return registry, _import_shipped(registry, by)
    except BaseException:
        registry.close()
        raise


def _import_shipped(registry: Registry, by: str) -> bool:
    with registry.writing_session() as session:
        if session.get(Change, 1) is not None:
            return False
        shipped = packaged_tables()
        change = Change(revision=1, at=datetime.now(UTC), by=by, action="first import", detail="the shipped tables")
        writing = Writing(session, change, {**shipped, **dict.fromkeys(FACTS, ())})
        writing.record((row for name in FACTS for row in shipped[name]), always_known=True)
        session.commit()
    return True


def _last(session: Session) -> Change:
    last = session.scalars(select(Change).order_by(Change.revision.desc()).limit(1)).one_or_none()
    if last is None:
        raise RegistryError("a registry without its first import", "one that was set up", schema.SET_UP)
    return last


def _one_writer(session: Session) -> None:
    """PostgreSQL's writers queue here; SQLite's did when the transaction began."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{database.BUSY_S}s'"))
        session.execute(text("LOCK TABLE registry_change IN SHARE ROW EXCLUSIVE MODE"))


def _tables(session: Session, known_at: datetime | None) -> RawTables:
    held = {name: _rows(session, fact, known_at) for name, fact in FACTS.items()}
    return {**packaged_tables(), **held}


def _rows(session: Session, fact: Fact, known_at: datetime | None) -> tuple[Row, ...]:
    reading = fact.reading.where(known(fact.model, known_at)).order_by(fact.model.id)
    blank = dict.fromkeys(SHAPES[fact.table].columns, "")
    file = row_file(fact.table)
    carried = frozenset(fact.columns)
    rows = []
    for number, *values in session.execute(reading):
        cells = {**blank, **dict(zip(fact.columns, map(as_text, values), strict=True))}
        rows.append(Row(fact.table, file, number, cells, carried))
    return tuple(rows)
