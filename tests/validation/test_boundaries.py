"""Every boundary case through the product: the hand-stated answer, and on all else the oracle's."""

from __future__ import annotations

import pytest

from tests import oracle
from tests.validation.all_cases import CASES
from tests.validation.cases import Case
from tests.validation.product import judged, run
from tests.validation.rules import rules
from tests.validation.test_oracle import answer, judge_one
from validator.catalogue import BY_CODE


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.name)
def test_product_gives_the_stated_answer(made: Case) -> None:
    validation = run(made.rows, made.standing, rules(made.rules), made.collector)
    verdicts = judged(validation)
    assert answer(verdicts[made.on], made.code) == made.expected
    if made.found:
        outcomes = {
            finding["outcome"]
            for row, finding in zip(validation.finding_rows.tolist(), validation.findings.to_pylist(), strict=True)
            if row == made.on and finding["check"] == made.code
        }
        assert made.outcome in outcomes
    assert verdicts[made.on] == judge_one(made)
    assert verdicts == oracle.judge(list(made.rows), list(made.standing), rules(made.rules), made.collector)


@pytest.mark.parametrize("made", [made for made in CASES if made.found], ids=lambda made: made.name)
def test_finding_says_what_it_stands_on(made: Case) -> None:
    check = BY_CODE[made.code]
    findings = run(made.rows, made.standing, rules(made.rules), made.collector).findings.to_pylist()
    for finding in (finding for finding in findings if finding["check"] == made.code):
        assert finding["message"]
        assert finding["source"]
        if check.outcome == "LIMIT":
            by_status = "FAIL" if finding["limit_status"] in ("confirmed", "secondary") else "QUERY"
            assert finding["outcome"] == by_status
        elif check.outcome != "LIST":
            assert finding["outcome"] == check.outcome
        if check.measure == "none":
            assert finding["value"] is None
        elif finding["value"] is not None and finding["limit"] is not None and check.outcome == "LIMIT":
            assert abs(finding["value"]) != abs(finding["limit"])
