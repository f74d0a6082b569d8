"""The plots of a report: one finding for each kind of check, the failures first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from validator.catalogue import BY_CODE, CATALOGUE, Check
from validator.regulation import Regulation
from validator.report import words
from validator.report.index import Index
from validator.report.morning import periods_in_words
from validator.report.plots.depict import Depiction, depict
from validator.report.plots.draw import svg_of
from validator.report.plots.picture import Gauge
from validator.report.plots.scene import Scene
from validator.report.plots.spec import gauge_spec, picture_spec
from validator.schema import OUTCOMES


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn finding: `svg` stands in the page as it is, `description` says the same in words."""

    check: Check
    outcome: str
    finding: dict[str, Any]
    svg: str
    description: str
    when: str
    key: tuple[tuple[str, str], ...]
    is_gauge: bool


def figures_of(index: Index, regulation: Regulation, at_most: int) -> tuple[Figure, ...]:
    """At most `at_most` plots, failing checks first and those with a limit to draw before the others."""
    drawn: list[Figure] = []
    for scene, depiction in _ordered(index, regulation)[:at_most]:
        drawn.append(_figure(scene, depiction, f"plot{len(drawn)}"))
    return tuple(drawn)


def figure_of(index: Index, regulation: Regulation, at: int, prefix: str) -> Figure | None:
    """The plot of one finding, by its position; None where there is nothing to draw. Ids begin with `prefix`."""
    scene = Scene(index, at)
    depiction = depict(scene, regulation)
    return None if depiction is None else _figure(scene, depiction, prefix)


def _ordered(index: Index, regulation: Regulation) -> list[tuple[Scene, Depiction]]:
    depicted = [(scene, depict(scene, regulation)) for scene in _examples(index)]
    kept = [(scene, depiction) for scene, depiction in depicted if depiction is not None]
    return sorted(kept, key=lambda pair: (-OUTCOMES.index(pair[0].finding["outcome"]), _limitless(pair[1])))


def _examples(index: Index) -> Iterator[Scene]:
    for place in range(len(CATALOGUE)):
        of = np.flatnonzero(index.finding_check == place)
        if len(of):
            yield Scene(index, index.worst_finding(of))


def _limitless(depiction: Depiction) -> bool:
    return not any(sign in ("limit", "end") for sign, _ in depiction.key)


def _figure(scene: Scene, depiction: Depiction, prefix: str) -> Figure:
    outcome = scene.finding["outcome"]
    is_gauge = isinstance(depiction, Gauge)
    spec = gauge_spec(depiction, outcome) if isinstance(depiction, Gauge) else picture_spec(depiction, outcome)
    return Figure(
        check=BY_CODE[scene.check],
        outcome=outcome,
        finding=scene.finding,
        svg=svg_of(spec, prefix),
        description=_description(scene, depiction),
        when=periods_in_words(scene.finding, scene.utc_day),
        key=depiction.key,
        is_gauge=is_gauge,
    )


def _description(scene: Scene, depiction: Depiction) -> str:
    finding = scene.finding
    shown = "One number against its limit" if isinstance(depiction, Gauge) else "Bars over the day"
    if scene.check == "missing_day":
        shown = "Bars over the days"
    who = f"{finding['mpan_core']} {scene.quantity} {finding['role']} on {words.day(scene.on)}"
    said = "; ".join(text for _, text in depiction.key)
    when = periods_in_words(finding, scene.utc_day)
    return f"{shown} of {who}. {said}. {f'Offending: {when}.' if when else ''}".strip()
