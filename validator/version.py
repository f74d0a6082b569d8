"""Which version of the product this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def product_version() -> str:
    """The installed version of copcheck, `0+unknown` where it runs from a bare tree."""
    try:
        return version("copcheck")
    except PackageNotFoundError:
        return "0+unknown"
