"""The catalogue of checks: one row of `catalogue.csv` is one check."""

from validator.catalogue.catalogue import BY_CODE, CATALOGUE, Check, codes_of, load_catalogue
from validator.catalogue.needs import NEEDS, REASONS, need_bit

__all__ = ["BY_CODE", "CATALOGUE", "NEEDS", "REASONS", "Check", "codes_of", "load_catalogue", "need_bit"]
