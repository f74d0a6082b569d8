"""What is counted for Prometheus, in a registry of the service's own."""

from __future__ import annotations

from collections.abc import Mapping

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


def judged(readings: int, checks: Mapping[str, Mapping[str, int]], outcomes: Mapping[str, int], wall_s: float) -> None:
    """Counts one submission's verdicts."""
    READINGS.inc(readings)
    JOB_SECONDS.observe(wall_s)
    for outcome, many in outcomes.items():
        CHANNEL_DAYS.labels(outcome).inc(many)
    for code, found in checks.items():
        for outcome, many in found.items():
            VERDICTS.labels(code, outcome).inc(many)
