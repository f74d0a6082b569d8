"""Every boundary case of every check."""

from __future__ import annotations

from tests.validation.accuracy_cases import ACCURACY_CASES
from tests.validation.alarm_cases import ALARM_CASES
from tests.validation.certification_cases import CERTIFICATION_CASES
from tests.validation.dispensation_cases import DISPENSATION_CASES
from tests.validation.format_cases import FORMAT_CASES
from tests.validation.plausibility_cases import PLAUSIBILITY_CASES

CASES = (*FORMAT_CASES, *ACCURACY_CASES, *CERTIFICATION_CASES, *ALARM_CASES, *PLAUSIBILITY_CASES, *DISPENSATION_CASES)
