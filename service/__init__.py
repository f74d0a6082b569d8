"""The HTTP door to the validator: submissions in, verdicts out, nothing lost in between."""
