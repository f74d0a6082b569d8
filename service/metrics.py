"""What is counted for Prometheus, in a registry of the service's own."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
RECEIVED = Counter("copcheck_submissions_received", "Submissions accepted.", registry=REGISTRY)
REPEATED = Counter("copcheck_submissions_repeated", "Submissions that had been accepted before.", registry=REGISTRY)
REFUSED = Counter("copcheck_submissions_refused", "Submissions accepted that could not be read.", registry=REGISTRY)
BYTES = Counter("copcheck_received_bytes", "Bytes of accepted bodies, as they arrived.", registry=REGISTRY)
READINGS = Counter("copcheck_readings", "Readings judged.", registry=REGISTRY)
CHANNEL_DAYS = Counter("copcheck_channel_days", "Channel-days judged, by outcome.", ("outcome",), registry=REGISTRY)
VERDICTS = Counter(
    "copcheck_verdicts", "Channel-days on which a check found something.", ("check", "outcome"), registry=REGISTRY
)
JOB_SECONDS = Histogram(
    "copcheck_job_seconds",
    "Time from the lease to the end of a job.",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300),
    registry=REGISTRY,
)
JOBS = Gauge("copcheck_jobs", "Jobs in the ledger that have not ended.", ("state",), registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "copcheck_request_seconds",
    "Time to answer, by route.",
    ("method", "route", "status"),
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    registry=REGISTRY,
)


@dataclass(slots=True)
class Tally:
    """What some submissions add to the counts, wherever they were taken in and judged."""

    received: int = 0
    received_bytes: int = 0
    repeated: int = 0
    refused: int = 0
    readings: int = 0
    outcomes: Counted[str] = field(default_factory=Counted)
    found: Counted[tuple[str, str]] = field(default_factory=Counted)
    wall_s: list[float] = field(default_factory=list)

    def judged(self, readings: int, result: Mapping[str, Any], wall_s: float) -> None:
        """Adds one submission's verdicts."""
        self.readings += readings
        self.wall_s.append(wall_s)
        self.outcomes.update(result["outcomes"])
        for code, found in result["checks"].items():
            for outcome, many in found.items():
                self.found[code, outcome] += many

    def count(self) -> None:
        """Adds it to the counts of this process."""
        for counter, many in (
            (RECEIVED, self.received), (BYTES, self.received_bytes), (REPEATED, self.repeated),
            (REFUSED, self.refused), (READINGS, self.readings),
        ):  # fmt: skip
            if many:
                counter.inc(many)
        for wall_s in self.wall_s:
            JOB_SECONDS.observe(wall_s)
        for outcome, many in self.outcomes.items():
            CHANNEL_DAYS.labels(outcome).inc(many)
        for labels, many in self.found.items():
            VERDICTS.labels(*labels).inc(many)
