"""The shipped regulation, read once."""

from __future__ import annotations

import pytest

from validator.regulation import Regulation, load_regulation


@pytest.fixture(scope="session")
def regulation() -> Regulation:
    return load_regulation()
