"""Readings of any readable format into another format, whole or not at all."""

from validator.convert.convert import Converted, convert
from validator.convert.targets import TARGETS, Target, target_of

__all__ = ["TARGETS", "Converted", "Target", "convert", "target_of"]
