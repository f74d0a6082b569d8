"""A copy of the packaged tables that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import validator.regulation
from tests.regulation.folders import Folder
from validator.regulation import Regulation, load_regulation


@pytest.fixture
def tables(tmp_path: Path) -> Folder:
    folder = tmp_path / "tables"
    folder.mkdir()
    for table in Path(validator.regulation.__file__).parent.glob("*.csv"):
        shutil.copy(table, folder)
    return Folder(folder)


@pytest.fixture
def own(tmp_path: Path) -> Folder:
    folder = tmp_path / "own"
    folder.mkdir()
    return Folder(folder)


@pytest.fixture(scope="session")
def regulation() -> Regulation:
    return load_regulation()
