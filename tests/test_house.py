"""The house's own rules: names are ours, and imports go one way."""

from __future__ import annotations

from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

import kernels
import service
import validator

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("package", [kernels, validator, service], ids=lambda package: package.__name__)
def test_each_top_level_name_belongs_to_our_distribution_alone(package: object) -> None:
    name = package.__name__  # type: ignore[attr-defined]
    assert set(packages_distributions().get(name, ["copcheck"])) == {"copcheck"}
    assert Path(str(package.__file__)).is_relative_to(ROOT)  # type: ignore[attr-defined]


def test_the_distribution_is_never_uploaded() -> None:
    assert "Private :: Do Not Upload" in distribution("copcheck").metadata.get_all("Classifier")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_hold_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "--index-url" not in text
