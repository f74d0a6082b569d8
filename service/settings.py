"""What can be set, each by an environment variable COPCHECK_<NAME>; the defaults need nothing."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from validator.cores import cores
from validator.readings.source import MOST_DECOMPRESSED_BYTES

MEGABYTE = 1024 * 1024


class Settings(BaseSettings):
    """Settings of one service; times in seconds, sizes in bytes, ages in calendar months."""

    model_config = SettingsConfigDict(env_prefix="COPCHECK_", frozen=True)

    data: Path = Field(
        default=Path("copcheck-data"), description="Folder for the database, the store and spooled bodies."
    )
    database_url: SecretStr | None = Field(default=None, description="postgresql://...; SQLite in `data` unless told.")
    store: str | None = Field(default=None, description="s3://bucket/prefix or a folder; `data`/store unless told.")
    s3_endpoint: str | None = Field(default=None, description="Address of an S3 service that is not Amazon's.")
    s3_region: str | None = Field(default=None, description="Region of the bucket.")
    registry: str | None = Field(default=None, description="Address of the registry; beside the database unless told.")
    regulation: Path | None = Field(default=None, description="Folder of your own rows over the shipped tables.")

    open_on_loopback: bool = Field(default=False, description="Serve without keys; only ever on a loopback address.")
    readings_per_day: int | None = Field(default=None, ge=1, description="Readings a key may send in a UTC day.")
    requests_per_minute: int | None = Field(default=None, ge=1, description="Submissions a key may send in a minute.")

    most_body_bytes: int = Field(default=2048 * MEGABYTE, ge=1, description="Largest body, as it arrives.")
    most_decompressed_bytes: int = Field(
        default=MOST_DECOMPRESSED_BYTES, ge=1, description="Largest body when decompressed."
    )
    most_standing_bytes: int = Field(default=256 * MEGABYTE, ge=1, description="Largest standing-data body.")
    sync_bytes: int = Field(default=MEGABYTE, ge=0, description="A body up to this size is answered with its result.")
    sync_wait_s: float = Field(
        default=20.0, gt=0, description="How long such an answer may take before it becomes 202."
    )
    header_s: float = Field(default=15.0, gt=0, description="How long a client may take over the head of a request.")
    body_idle_s: float = Field(default=30.0, gt=0, description="How long a client may pause within a body.")

    job_processes: int = Field(default=1, ge=0, description="Processes for queued jobs; 0: a thread of the server.")
    job_threads: int = Field(default_factory=cores, ge=1, description="Threads that share one job's kernels.")
    lease_s: float = Field(default=30.0, gt=0, description="How long a job is held without a heartbeat.")
    most_attempts: int = Field(default=3, ge=1, description="Times a job may die before it is set aside.")

    online_months: int = Field(default=28, ge=1, description="Age until which submissions are served.")
    retention_months: int = Field(default=40, ge=1, description="Age at which submissions are removed for good.")
    least_free_bytes: int = Field(
        default=256 * MEGABYTE, ge=0, description="Free disk below which the service is not ready."
    )

    @property
    def spool(self) -> Path:
        """Where bodies are written while they arrive."""
        return self.data / "spool"

    @property
    def registry_address(self) -> str:
        """Where the registry is kept: as told, in the service's PostgreSQL, or in a file of its own."""
        if self.registry is not None:
            return self.registry
        return self.database if self.database_url is not None else str(self.data / "registry.sqlite")

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; it may hold a password."""
        if self.database_url is None:
            return f"sqlite:///{self.data / 'copcheck.sqlite'}"
        url = self.database_url.get_secret_value()
        for scheme in ("postgresql://", "postgres://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url
