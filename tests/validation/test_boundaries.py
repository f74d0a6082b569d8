"""Every boundary case through the product: the hand-stated answer, and on all else the oracle's."""

from __future__ import annotations

import pytest

from tests import oracle
from tests.validation.all_cases import CASES
from tests.validation.cases import Case
from tests.validation.product import judged, run
from tests.validation.rules import rules
from tests.validation.test_oracle import answer, judge_one


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
