"""The meters of an impact as one flat table, for a spreadsheet."""

from __future__ import annotations

import polars as pl

from validator.impact.effect import Impact, Meter
from validator.impact.notes import suggestions_for
from validator.report.tables import plain_text

_YES_NO = {True: "yes", False: "no", None: ""}


def csv_of(impact: Impact) -> bytes:
    """One row per meter, in the order of standing data; UTF-8. A spreadsheet takes no cell for a formula."""
    table = pl.DataFrame([row_of(meter) for meter in impact.meters], schema=COLUMNS)
    texts = [column for column, kind in table.schema.items() if kind == pl.String()]
    return table.with_columns(plain_text(column) for column in texts).write_csv().encode()


def row_of(meter: Meter) -> dict[str, str | int | None]:
    """The cells of one meter by column. `certified_` is yes, no or, where it cannot be judged, blank."""
    assessed = meter.assessment
    before, after = assessed.before, assessed.after
    return {
        "mpan_core": meter.mpan_core,
        "role": meter.role,
        "standing_row": meter.standing_row,
        "manufacturer": meter.manufacturer,
        "meter_type": meter.meter_type,
        "variant": meter.variant,
        "firmware": meter.firmware,
        "firmware_kind": assessed.kind.value,
        "cop": after.governing.cop,
        "issue": after.governing.issue,
        "committees": "+".join(meter.committees),
        "governing_reason": after.governing.reason,
        "issue_before": before.governing.issue,
        "decision_before": before.word,
        "decision_after": after.word,
        "certified_before": _YES_NO[before.certified],
        "certified_after": _YES_NO[after.certified],
        "effect": assessed.effect.value,
        "dispensation": after.decision.dispensation if after.decision else None,
        "did_you_mean": "; ".join(suggestions_for(meter)),
        "next_step": assessed.step.text,
        "acts": assessed.step.actor,
    }


COLUMNS: dict[str, pl.DataType] = {
    "mpan_core": pl.String(),
    "role": pl.String(),
    "standing_row": pl.Int64(),
    "manufacturer": pl.String(),
    "meter_type": pl.String(),
    "variant": pl.String(),
    "firmware": pl.String(),
    "firmware_kind": pl.String(),
    "cop": pl.String(),
    "issue": pl.Int64(),
    "committees": pl.String(),
    "governing_reason": pl.String(),
    "issue_before": pl.Int64(),
    "decision_before": pl.String(),
    "decision_after": pl.String(),
    "certified_before": pl.String(),
    "certified_after": pl.String(),
    "effect": pl.String(),
    "dispensation": pl.String(),
    "did_you_mean": pl.String(),
    "next_step": pl.String(),
    "acts": pl.String(),
}
