"""The tables: who may send, what came, the ledger of jobs, the chain of manifests and the trail."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Serial = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Times are seconds since 1970, UTC, by the database's clock where several processes compare them."""

    metadata = MetaData(naming_convention=NAMING)


class Collector(Base):
    """A tenant: it sees its own submissions, standing data and keys, and nothing else."""

    __tablename__ = "collectors"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[float] = mapped_column(Double)


class ApiKey(Base):
    """`digest` is SHA-256 of the secret, which is 256 random bits and kept nowhere."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collector_id: Mapped[str] = mapped_column(ForeignKey("collectors.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(64))
    readings_per_day: Mapped[int | None] = mapped_column(BigInteger)
    requests_per_minute: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[float] = mapped_column(Double)
    expires_at: Mapped[float | None] = mapped_column(Double)
    revoked_at: Mapped[float | None] = mapped_column(Double)


class Usage(Base):
    """What a key sent in one period (`period` begins it): readings by UTC day, requests by minute."""

    __tablename__ = "usage"
    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    period: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    used: Mapped[int] = mapped_column(BigInteger)


class Standing(Base):
    """One version of a collector's standing data; the newest is its current one."""

    __tablename__ = "standing"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collector_id: Mapped[str] = mapped_column(ForeignKey("collectors.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    object_key: Mapped[str] = mapped_column(String(300))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[float] = mapped_column(Double)


class Mapping(Base):
    """Where the readings stand in a collector's MHHS messages: TOML, as it was sent, never changed."""

    __tablename__ = "mappings"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collector_id: Mapped[str] = mapped_column(ForeignKey("collectors.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[float] = mapped_column(Double)


class Submission(Base):
    """One body as it was received. `content_key` tells it apart from others of its collector.

    `idempotency_key` is the one that it first came with.
    """

    __tablename__ = "submissions"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    collector_id: Mapped[str] = mapped_column(ForeignKey("collectors.id"))
    key_id: Mapped[str | None] = mapped_column(String(32))
    received_at: Mapped[float] = mapped_column(Double)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str | None] = mapped_column(String(200))
    encoding: Mapped[str | None] = mapped_column(String(16))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    object_key: Mapped[str] = mapped_column(String(300))
    content_key: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    options: Mapped[dict[str, object]] = mapped_column(JSON)
    kept: Mapped[str] = mapped_column(String(8), default="online")
    __table_args__ = (
        UniqueConstraint("collector_id", "content_key"),
        UniqueConstraint("collector_id", "idempotency_key"),
        Index("ix_submissions_collector_id_id", "collector_id", "id"),
        Index("ix_submissions_kept_received_at", "kept", "received_at"),
    )


class IdempotencyKey(Base):
    """What a collector's Idempotency-Key was first sent with; a submission may have come with several."""

    __tablename__ = "idempotency_keys"
    collector_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))


class Run(Base):
    """The ledger: one validation of one submission, what it holds on to while it works, and its result.

    `state` is queued, running, done, refused (the submission cannot be read), or failed (set aside).
    """

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    number: Mapped[int] = mapped_column(Integer)
    standing_id: Mapped[str] = mapped_column(String(32))
    regulation_hash: Mapped[str] = mapped_column(String(64))
    known_on: Mapped[str | None] = mapped_column(String(10))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[float] = mapped_column(Double)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    run_after: Mapped[float] = mapped_column(Double, default=0.0)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[float | None] = mapped_column(Double)
    finished_at: Mapped[float | None] = mapped_column(Double)
    result: Mapped[dict[str, object] | None] = mapped_column(JSON)
    problem: Mapped[dict[str, object] | None] = mapped_column(JSON)
    __table_args__ = (
        UniqueConstraint("submission_id", "number"),
        Index("ix_runs_state_run_after", "state", "run_after"),
    )


class Event(Base):
    """A step of a submission, told to whoever listens."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"))
    at: Mapped[float] = mapped_column(Double)
    kind: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, object]] = mapped_column(JSON)
    __table_args__ = (Index("ix_events_submission_id_id", "submission_id", "id"),)


class Manifest(Base):
    """A link of the chain: `hash` is SHA-256 of `previous` and `body`, so that no link can change alone."""

    __tablename__ = "manifests"
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    submission_id: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class Regulations(Base):
    """Every set of regulation tables that a run was judged by, so that it can be used again."""

    __tablename__ = "regulations"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    object_key: Mapped[str] = mapped_column(String(300))
    first_used_at: Mapped[float] = mapped_column(Double)


class Trail(Base):
    """Who did what; rows are only ever added."""

    __tablename__ = "trail"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[float] = mapped_column(Double)
    actor: Mapped[str] = mapped_column(String(64))
    collector_id: Mapped[str | None] = mapped_column(String(32), index=True)
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(100))
    detail: Mapped[dict[str, object]] = mapped_column(JSON)


class Session(Base):
    """A person who signed in to the page with a key; `digest` is SHA-256 of what the browser holds."""

    __tablename__ = "sessions"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id"))
    expires_at: Mapped[float] = mapped_column(Double)


class SmallObject(Base):
    """Bytes of a small body or a small result; see `service.store.small`."""

    __tablename__ = "small_objects"
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
