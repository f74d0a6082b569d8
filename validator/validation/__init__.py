"""Readings in, verdicts out."""

from validator.validation.result import CheckTally, Validation
from validator.validation.validate import validate, validate_readings, validate_together

__all__ = ["CheckTally", "Validation", "validate", "validate_readings", "validate_together"]
