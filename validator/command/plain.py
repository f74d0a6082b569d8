"""A plain `copcheck validate` read without Typer, which takes longer to get ready than a small file takes to check.

Read here is only what Typer would take just as it stands. Anything else (help, `--name=value`, a word that is wrong or
unknown, an address in the environment) is Typer's to read or to explain.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from validator.command.words import FormatWord, StampsWord, TimeBase
from validator.cores import cores

ADDRESS = "COPCHECK_DATABASE_URL"
"""The environment's word for `--registry`."""

_PATHS = {"--standing": "standing", "--regulation": "regulation", "--out": "out", "--mapping": "mapping"}
_TEXTS = {"--collector": "collector", "--registry": "registry", "--known-on": "known_on"}
_CHOICES = {
    "--time-base": ("time_base", get_args(TimeBase)),
    "--format": ("format", get_args(FormatWord)),
    "--stamps": ("stamps", get_args(StampsWord)),
}
_FLAGS = {
    "--lenient": ("lenient", True), "--allow-test-data": ("allow_test_data", True),
    "--report": ("report", True), "--no-report": ("report", False),
}  # fmt: skip


def _unsaid() -> dict[str, Any]:
    return {
        "standing": None, "collector": None, "regulation": None, "registry": None, "known_on": None,
        "time_base": "local", "out": Path("copcheck-report"), "jobs": cores(), "format": "auto", "lenient": False,
        "allow_test_data": False, "stamps": "auto", "mapping": None, "report": True,
    }  # fmt: skip


def plain_options(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> dict[str, Any] | None:
    """The fields of `run.Options` that a command line without its first word names; None where Typer is to read it."""
    if words[:1] != ["validate"] or environment.get(ADDRESS):
        return None
    inputs: list[str] = []
    channels: list[str] = []
    chosen = _unsaid()
    left = iter(words[1:])
    try:
        for word in left:
            if not word.startswith("-"):
                inputs.append(_value(word))
            elif word in _FLAGS:
                name, value = _FLAGS[word]
                chosen[name] = value
            elif word == "--channel":
                channels.append(_value(next(left)))
            else:
                name, value = _named(word, left)
                chosen[name] = value
    except (KeyError, StopIteration, ValueError):
        return None
    return {"inputs": tuple(inputs), "channels": tuple(channels), **chosen} if inputs else None


def _named(word: str, left: Iterator[str]) -> tuple[str, Any]:
    """An option's field and its value; KeyError, StopIteration or ValueError where it is not plain."""
    if word in _PATHS:
        return _PATHS[word], Path(_value(next(left)))
    if word in _TEXTS:
        return _TEXTS[word], _value(next(left))
    if word == "--jobs":
        return "jobs", _count(next(left))
    name, allowed = _CHOICES[word]
    value = next(left)
    if value not in allowed:
        raise ValueError(value)
    return name, value


def _value(word: str) -> str:
    if not word or word.startswith("-"):
        raise ValueError(word)
    return word


def _count(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and int(word)):
        raise ValueError(word)
    return int(word)
