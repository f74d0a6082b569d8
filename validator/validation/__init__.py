"""Readings in, verdicts out."""

from validator.validation.result import CheckTally, Validation
from validator.validation.together import Together
from validator.validation.validate import judge_together, validate, validate_readings, validate_together

__all__ = [
    "CheckTally",
    "Together",
    "Validation",
    "judge_together",
    "validate",
    "validate_readings",
    "validate_together",
]
