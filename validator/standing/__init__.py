"""Standing data: what is on file about each meter, by period of validity."""

from validator.standing.columns import COLUMNS, REQUIRED
from validator.standing.read import check_periods, read_standing, standing_from_frame, standing_from_rows
from validator.standing.standing import StandingData

__all__ = [
    "COLUMNS",
    "REQUIRED",
    "StandingData",
    "check_periods",
    "read_standing",
    "standing_from_frame",
    "standing_from_rows",
]
