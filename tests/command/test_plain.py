"""A plain command line says the same whether Typer reads it or not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.command.conftest import Command
from tests.command.files import d0036, standing, write
from validator.command import told
from validator.command.app import app
from validator.command.plain import ADDRESS, plain_options
from validator.command.run import Options

_WORDS = (
    "day.parquet", "a folder", "-", "--", "", "--standing", "--regulation", "--out", "--mapping", "--collector",
    "--registry", "--known-on", "--time-base", "local", "utc", "LOCAL", "--format", "parquet", "auto", "D0036", "xml",
    "--stamps", "start", "middle", "--channel", "--jobs", "1", "2", "0", "-3", "+3", "03", "1_0", "two", "²",
    "--lenient", "--no-lenient", "--allow-test-data", "--report", "--no-report", "--standing=a.csv", "--rep", "--help",
    "~/a.csv", "a//b/../c",
)  # fmt: skip


def _read_by_typer(words: list[str]) -> Options | None:
    """What Typer makes of the words; None where it refuses them."""
    taken: list[Options] = []

    def take(options: Options) -> int:
        taken.append(options)
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(told, "carry_out", take)
        patch.delenv(ADDRESS, raising=False)
        CliRunner().invoke(app, words)
    return taken[0] if taken else None


@given(st.lists(st.sampled_from(_WORDS), max_size=7))
@example(["day.parquet"])
@example(["day.parquet", "other", "--standing", "a.csv", "--out", "out", "--no-report"])
@example(["--standing", "a.csv", "--standing", "b.csv", "day.parquet", "--report", "--no-report"])
@example(["--channel", "one", "--channel", "two", "day.parquet", "--jobs", "2", "--format", "parquet"])
@example(["day.parquet", "--time-base", "utc", "--stamps", "end", "--collector", "X", "--known-on", "2026-01-01"])
@example(["day.parquet", "--registry", "r.db", "--regulation", "rows", "--mapping", "m.toml", "--lenient"])
def test_whatever_is_read_without_typer_is_what_typer_reads(words: list[str]) -> None:
    words = ["validate", *words]
    plain = plain_options(words, {})
    if plain is not None:
        assert Options(**plain) == _read_by_typer(words)


@pytest.mark.parametrize(
    "words",
    [["a"], ["a", "--standing", "b", "--out", "c", "--no-report"], ["a", "b", "--jobs", "3", "--format", "D0036"],
     ["a", "--channel", "x/AI", "--channel", "y/AI", "--stamps", "end", "--time-base", "utc", "--lenient"]],
)  # fmt: skip
def test_a_plain_line_is_read_without_typer(words: list[str]) -> None:
    assert plain_options(["validate", *words], {}) is not None


@pytest.mark.parametrize(
    "words",
    [[], ["validate"], ["validate", "--help"], ["--version"], ["checks"], ["validate", "a", "--jobs", "0"],
     ["validate", "a", "--out"], ["validate", "-"], ["validate", "a", "--format", "xml"],
     ["validate", "a", "--nosuch"]],
)  # fmt: skip
def test_anything_else_is_for_typer(words: list[str]) -> None:
    assert plain_options(words, {}) is None


def test_an_address_in_the_environment_is_for_typer() -> None:
    words: list[str] = ["validate", "a"]
    assert plain_options(words, {ADDRESS: "r.db"}) is None
    assert plain_options(words, {ADDRESS: ""}) == plain_options(words, {})


def test_a_plain_run_imports_neither_typer_nor_what_it_checks_options_with(tmp_path: Path) -> None:
    given_file = write(tmp_path / "day.usr", d0036())
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print([m for m in ('typer', 'pydantic', 'rich', 'sqlalchemy') if m in sys.modules]))\n"
        "from service.command.app import main\nmain()"
    )
    words: list[Any] = ["validate", given_file, "--standing", standing(tmp_path), "--out", tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words), "--no-report"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_a_wrong_word_is_explained(copcheck: Command) -> None:
    said = copcheck("validate", "a", "--format", "xml")
    assert said.code == 2
    assert "--format" in said.err
