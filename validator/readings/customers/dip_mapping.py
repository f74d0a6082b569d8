"""Where the readings stand in an MHHS message: a TOML file that the user supplies.

IF-021's own block is not known to us (formats.md B7): only the envelope around it is. Its schema is in the hands of
the programme's participants, who can say in a few lines which path is what. Paths are names divided by dots, from
the payload on; those of a period are from the period's own entry on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from validator.errors import Place, SubmissionError
from validator.readings.half_hours.letters import LETTERS
from validator.readings.hints import MappingText
from validator.readings.source import Submission
from validator.schema import QUANTITIES

_PATH = re.compile(r"[^.\s]+(?:\.[^.\s]+)*")
_REQUIRED = ("interface", "mpan_core", "settlement_date", "periods", "value")
_OPTIONAL = ("period", "quality")
_TABLES = ("quantity", "quality_words")
HOW = (
    "IF-021's own block is not known to us, so the message cannot be read without being told where things stand in it:"
    " write a mapping as the README says under MHHS messages, and name it with --mapping FILE;"
    " over HTTP, store it by PUT /v1/mappings and name its id with mapping=ID"
)

Names = tuple[str, ...]


@dataclass(frozen=True)
class DipMapping:
    """Paths as tuples of names. `period` None: entries are in order; `quality` None: no statuses are carried.

    `quantity_path` None: every message is of the quantity `quantity_words[""]`.
    """

    interface: str
    mpan_core: Names
    settlement_date: Names
    periods: Names
    value: Names
    period: Names | None
    quality: Names | None
    quantity_path: Names | None
    quantity_words: Mapping[str, str]
    quality_words: Mapping[str, str]


def mapping_of(submission: Submission) -> DipMapping:
    """The mapping that the user named. Raises SubmissionError where there is none, or it cannot be understood."""
    given = submission.hints.mapping
    if given is None:
        raise submission.refuse("an MHHS message and no mapping", "a mapping for its block", HOW)
    if isinstance(given, MappingText):
        return read_mapping(given)
    try:
        return read_mapping(MappingText(str(given), given.read_bytes()))
    except OSError as error:
        raise SubmissionError(Place(str(given)), error.strerror or str(error), "a mapping that can be read") from error


def read_mapping(told: MappingText) -> DipMapping:
    """A mapping from its TOML. Raises SubmissionError that names the key at fault."""
    try:
        return _checked(told.name, tomllib.loads(told.content.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SubmissionError(Place(told.name), f"{error}", "TOML in UTF-8", "Correct the mapping") from error


def _checked(name: str, told: dict[str, Any]) -> DipMapping:
    known = (*_REQUIRED, *_OPTIONAL, *_TABLES)
    for key in told:
        if key not in known:
            raise _fault(name, key, "an unknown key", f"one of {', '.join(known)}")
    for key in (*_REQUIRED, "quantity"):
        if key not in told:
            raise _fault(name, key, "no such key", f"the required key {key!r}")
    if not isinstance(told["interface"], str):
        raise _fault(name, "interface", repr(told["interface"]), "text such as IF-021")
    path, words = _quantity(name, told["quantity"])
    quality = _path(name, "quality", told["quality"]) if "quality" in told else None
    return DipMapping(
        interface=told["interface"],
        mpan_core=_path(name, "mpan_core", told["mpan_core"]),
        settlement_date=_path(name, "settlement_date", told["settlement_date"]),
        periods=_path(name, "periods", told["periods"]),
        value=_path(name, "value", told["value"]),
        period=_path(name, "period", told["period"]) if "period" in told else None,
        quality=quality,
        quantity_path=path,
        quantity_words=words,
        quality_words=_words(name, "quality_words", told.get("quality_words", {}), tuple(LETTERS)),
    )


def _quantity(name: str, told: Any) -> tuple[Names | None, Mapping[str, str]]:
    expected = f"always = one of {', '.join(QUANTITIES)}, or path and words"
    if not isinstance(told, dict) or set(told) not in ({"always"}, {"path", "words"}):
        raise _fault(name, "quantity", repr(told)[:60], expected)
    if "always" in told:
        return None, _words(name, "quantity.always", {"": told["always"]}, QUANTITIES)
    return _path(name, "quantity.path", told["path"]), _words(name, "quantity.words", told["words"], QUANTITIES)


def _path(name: str, key: str, told: Any) -> Names:
    if not isinstance(told, str) or not _PATH.fullmatch(told):
        raise _fault(name, key, repr(told)[:60], "names divided by dots, such as CommonBlock.M0.MPANCore")
    return tuple(told.split("."))


def _words(name: str, key: str, told: Any, meanings: tuple[str, ...]) -> Mapping[str, str]:
    expected = f"the message's words, each = one of {', '.join(meanings)}"
    if not isinstance(told, dict):
        raise _fault(name, key, repr(told)[:60], expected)
    for word, meaning in told.items():
        if meaning not in meanings:
            raise _fault(name, f"{key}.{word}".rstrip("."), repr(meaning)[:60], expected)
    return dict(told)


def _fault(name: str, key: str, found: str, expected: str) -> SubmissionError:
    return SubmissionError(Place(name, column=key), found, expected, "Correct the mapping")
