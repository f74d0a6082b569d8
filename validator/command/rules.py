"""What a run is judged by: the regulation and the standing data, from files or from a registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from validator.command.sources import moment_of, registry_at
from validator.errors import Place, SubmissionError
from validator.regulation import Regulation, load_regulation
from validator.standing import StandingData, read_standing


@dataclass(frozen=True)
class Rules:
    """`standing` is given a way to the submitted MPANs (None: all): a registry reads those meters and no others.

    `registry_name` is None where no registry was asked for.
    """

    regulation: Regulation
    standing: Callable[[Callable[[], Sequence[str] | None]], StandingData]
    registry_name: str | None


def rules_of(registry: str | None, standing: Path | None, known_on: str | None, overrides: Path | None) -> Rules:
    """The rules that the options name; a standing-data file goes before the registry's standing data.

    SubmissionError where neither is given.
    """
    moment = None if known_on is None else moment_of(known_on)
    day = None if moment is None else moment.date()
    if registry is None:
        if standing is None:
            raise SubmissionError(Place("options"), "no standing data", "--standing FILE, or a --registry that has it")
        filed = read_standing(standing, day)
        return Rules(load_regulation(overrides, day), lambda _: filed, None)
    opened = registry_at(registry)
    # One state of the registry for the whole run: what others write meanwhile is not seen.
    moment = moment or opened.last_change_at()
    regulation = opened.regulation(overrides, moment, known_on=day)
    if standing is not None:
        filed = read_standing(standing, day)
        return Rules(regulation, lambda _: filed, opened.name)
    return Rules(regulation, lambda mpans: opened.standing(moment, mpans()), opened.name)
