"""Submissions judged together are judged as each alone: nothing of one has a part in another's verdicts."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.results.small_run import files_of
from service.results.stored import read_stored, stored
from tests.build import readings_table, standing_data
from tests.validation.rules import rules
from tests.validation.submissions import Submission, paired_channels, submissions
from validator.validation import Validation, judge_together, validate_readings, validate_together

DEALT = st.lists(st.lists(st.integers(0, 1000), max_size=6), min_size=2, max_size=5)


def plain(validation: Validation) -> dict[str, Any]:
    """Everything that is handed on, its tables to the byte."""
    return {
        "verdicts": stored("verdicts", validation.verdicts, {}).content,
        "findings": stored("findings", validation.findings, {}).content,
        "facts": stored("facts", validation.facts, {}).content,
        "finding rows": validation.finding_rows.tolist(),
        "tallies": validation.tallies,
        "outcomes": validation.outcomes,
        "dispensations": validation.dispensations,
    }


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.one_of(submissions(), paired_channels()), DEALT)
def test_judged_together_as_alone(submission: Submission, dealt: list[list[int]]) -> None:
    """The rows of one submission dealt out to several, some of them twice: the same meters, days and partners."""
    rows = submission.rows
    sets = [[rows[at % len(rows)] for at in places] if rows else [] for places in dealt]
    named = [[{**row, "source_file": f"sent {at}"} for row in rows] for at, rows in enumerate(sets)]
    tables = [readings_table(rows) for rows in named]
    standing, regulation = standing_data(submission.standing), rules(submission.rules)
    given = {"collector": submission.collector}
    together = judge_together(tables, standing, regulation, **given)
    for at, (table, part) in enumerate(zip(tables, together, strict=True)):
        alone = judge_together([table], standing, regulation, **given)
        assert plain(part) == plain(validate_readings(table, standing, regulation, **given))
        assert part.readings is table
        few = [of.few(place) for of, place in ((together, at), (alone, 0))]
        files = [files_of(each, {"of": "a run"}, "{}", regulation.hash) for each in few]
        assert files[0] == files[1]
        verdicts, rest = (file.content for file in files[0])
        assert read_stored(verdicts, "verdicts").to_pylist() == part.verdicts.to_pylist()
        assert read_stored(rest, "findings").equals(part.findings)
        assert read_stored(rest, "facts").equals(part.facts)
        assert read_stored(rest, "rows")["row"].to_pylist() == part.finding_rows.tolist()


def test_nothing_together_is_nothing() -> None:
    assert validate_together([], standing_data([]), rules("shipped")) == []
