"""Made-up identifiers that have the right shape: MPAN cores of distributor 99, serials, outstation ids."""

from __future__ import annotations

DISTRIBUTOR = "99"
"""Not the id of any distributor."""

_WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def check_digit(first_twelve: str) -> str:
    """The thirteenth digit of an MPAN core (gb-rules A7.2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_twelve, strict=True))
    return str(total % 11 % 10)


def mpan_core(number: int) -> str:
    """The MPAN core of the estate's system `number`."""
    first_twelve = f"{DISTRIBUTOR}{number:010d}"
    return first_twelve + check_digit(first_twelve)


def mistyped(mpan: str) -> str:
    """An MPAN core whose last digit is one too high, and so wrong."""
    return mpan[:-1] + str((int(mpan[-1]) + 1) % 10)
