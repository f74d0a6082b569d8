"""The image is built elsewhere: what its Dockerfile names has to be there, and be sent to whoever builds it."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from service.settings import Settings
from validator.command.parts import PARTS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def instructions() -> list[tuple[str, str]]:
    """Each instruction's word and what follows it, lines joined and comments left out."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def copied() -> list[str]:
    """Sources out of the checkout."""
    told = [said.split() for word, said in instructions() if word == "COPY" and "--from=" not in said]
    return [source for words in told for source in words[:-1] if not source.startswith("--")]


def run() -> str:
    return "\n".join(said for word, said in instructions() if word == "RUN")


def ignored(path: str) -> bool:
    patterns = (ROOT / ".dockerignore").read_text().split()
    parts = path.split("/")
    return any(fnmatch("/".join(parts[: n + 1]), each) for each in patterns for n in range(len(parts)))


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs the checkout")
@pytest.mark.parametrize("source", copied())
def test_what_is_copied_is_in_a_clean_checkout_and_is_sent(source: str) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--", source], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    assert any(tracked), f"git has no {source}"
    assert not ignored(source)


def test_all_that_the_wheel_is_built_of_is_copied() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    papers = [PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]]
    assert {*wheel, *papers, "pyproject.toml"} <= set(copied())


def test_what_it_runs_is_there() -> None:
    locks = re.findall(r"--requirement (\S+)", run())
    assert locks
    assert set(locks) <= set(copied())
    named = re.findall(r"/tmp/(sample_data\S*)", run())
    assert named
    assert all((ROOT / name).exists() for name in named)
    commands = set(re.findall(r"\bcopcheck ([a-z]+)", run()))
    assert commands
    assert commands <= {word for part in PARTS for word in part.words}


def test_it_starts_the_command_with_settings_that_are_some() -> None:
    told = dict(instructions())
    assert json.loads(told["ENTRYPOINT"])[0] in PROJECT["project"]["scripts"]
    known = {f"COPCHECK_{name.upper()}" for name in Settings.model_fields}
    named = re.findall(r"\b(COPCHECK_\w+)=", "\n".join(said for word, said in instructions() if word == "ENV"))
    assert named
    assert set(named) <= known
    assert "/healthz" in told["HEALTHCHECK"]


def test_the_python_of_the_image_is_one_that_is_supported() -> None:
    images = {said.split()[0] for word, said in instructions() if word == "FROM"}
    (version,) = {image.removeprefix("python:").split("-")[0] for image in images}
    assert version in SpecifierSet(PROJECT["project"]["requires-python"])
