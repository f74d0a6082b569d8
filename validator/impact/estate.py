"""Which meters of the estate an amendment is about: those of its meter type, in force on the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from validator.impact.amendment import Amendment
from validator.regulation import Regulation, Situation
from validator.regulation.suggestions import suggestions
from validator.standing import StandingData

_TOLD = ("mpan_core", "cop", "issue", "first_registered_on", "meter_type", "variant", "firmware", "installed_on")


@dataclass(frozen=True)
class LookAlike:
    """A meter type of the estate, not on the approvals list, that resembles the amended one."""

    meter_type: str
    meters: int
    hint: str


@dataclass(frozen=True)
class Estate:
    """The standing rows in force on a day. One row is one meter: a metering system's MAIN or CHECK.

    `in_force` is the sum of `considered`, `other_type`, `other_maker` and `no_type`; the look-alikes are
    among `other_type`.
    """

    considered: pl.DataFrame
    in_force: int
    other_type: int
    other_maker: int
    no_type: int
    look_alikes: tuple[LookAlike, ...]


def estate_on(standing: StandingData, amendment: Amendment, on: date) -> Estate:
    """The meters on file on the day, parted by whether they are of the amended meter type."""
    begun = pl.col("effective_from") <= on
    going_on = pl.col("effective_to").is_null() | (pl.col("effective_to") >= on)
    held = standing.frame.filter(begun & going_on)
    of_type = held.filter(pl.col("meter_type") == amendment.meter_type)
    makers = of_type["manufacturer"].unique().to_list()
    others = [name for name in makers if name and amendment.after.manufacturer(name) != amendment.manufacturer]
    considered = of_type.filter(~pl.col("manufacturer").is_in(others).fill_null(False)) if others else of_type
    no_type = held["meter_type"].null_count()
    return Estate(
        considered=considered,
        in_force=held.height,
        other_type=held.height - of_type.height - no_type,
        other_maker=of_type.height - considered.height,
        no_type=no_type,
        look_alikes=tuple(_look_alikes(held, amendment)),
    )


def situations(considered: pl.DataFrame, regulation: Regulation) -> Iterator[Situation]:
    """One for each row, and equal for those that are judged alike.

    The metering system is named only where a dispensation names it, so that ten thousand meters of one kind
    are one question.
    """
    named = regulation.dispensations.msids
    for row in considered.select(_TOLD).iter_rows():
        mpan_core, cop, issue, registered_on, meter_type, variant, firmware, installed_on = row
        own = mpan_core if mpan_core in named else None
        yield Situation(cop, issue, registered_on, meter_type, variant, firmware, own, installed_on)


def _look_alikes(held: pl.DataFrame, amendment: Amendment) -> Iterator[LookAlike]:
    counted = held.drop_nulls("meter_type").group_by("meter_type", maintain_order=True).len()
    for meter_type, meters in counted.iter_rows():
        if meter_type != amendment.meter_type and meter_type not in amendment.after.listing.types:
            hints = suggestions(meter_type, (amendment.meter_type,))
            if hints:
                yield LookAlike(meter_type, meters, hints[0])
