"""On submissions that nobody thought of, the product says what the oracle says."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings

from tests import oracle
from tests.validation.product import judged, run
from tests.validation.rules import rules
from tests.validation.submissions import Submission, paired_channels, submissions
from validator.catalogue import CATALOGUE
from validator.schema import OUTCOMES
from validator.validation import Validation


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(submissions())
def test_product_and_oracle_agree(submission: Submission) -> None:
    _agree(submission)


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(paired_channels())
def test_product_and_oracle_agree_on_partners(submission: Submission) -> None:
    _agree(submission)


def _agree(submission: Submission) -> None:
    regulation = rules(submission.rules)
    expected = oracle.judge(submission.rows, submission.standing, regulation, submission.collector)
    validation = run(submission.rows, submission.standing, regulation, submission.collector)
    for place, (product, judgement) in enumerate(zip(judged(validation), expected, strict=True)):
        assert product == judgement, f"row {place}"
    _agree_on_totals(validation, expected)


def _agree_on_totals(validation: Validation, expected: list[oracle.Judged]) -> None:
    outcomes = Counter(judgement.outcome for judgement in expected)
    assert {outcome: validation.outcomes.get(outcome, 0) for outcome in OUTCOMES} == {
        outcome: outcomes[outcome] for outcome in OUTCOMES
    }
    assert sum(validation.outcomes.values()) == len(expected)
    for code in (check.code for check in CATALOGUE):
        tally = validation.tallies[code]
        assert tally.ran == sum(code in judgement.ran for judgement in expected)
        assert tally.ran + sum(tally.not_run.values()) == len(expected)
        assert sum(tally.found.values()) == sum(code in judgement.found for judgement in expected)
        assert tally.periods == sum(len(judgement.found.get(code) or ()) for judgement in expected)
        assert tally.findings == validation.findings["check"].to_pylist().count(code)
