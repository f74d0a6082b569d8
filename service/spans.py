"""OpenTelemetry spans that name the submission; they cost nothing where no provider is set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace

SUBMISSION, RUN = "copcheck.submission", "copcheck.run"
_tracer = trace.get_tracer("copcheck")


def name_submission(submission_id: str) -> None:
    """Puts a submission's id on the span of the request in hand."""
    trace.get_current_span().set_attribute(SUBMISSION, submission_id)


@contextmanager
def judging(runs: list[tuple[str, int]]) -> Iterator[None]:
    """A span over the judging of some submissions, each by its id and the number of its run."""
    attributes: dict[str, Any] = {SUBMISSION: [each for each, _ in runs], RUN: [number for _, number in runs]}
    with _tracer.start_as_current_span("judge", attributes=attributes):
        yield
