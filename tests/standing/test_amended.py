"""Some meters' rows in the place of those on file, beside a plain-Python oracle."""

from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.standing.amended import amended
from validator.standing.read import standing_of_table

HEAD = "mpan_core,role,effective_from,effective_to,rated_kva"
Row = dict[str, str]


def table(*rows: str, head: str = HEAD) -> bytes:
    return "".join(f"{line}\n" for line in (head, *rows)).encode()


def test_what_is_sent_replaces_its_meter_and_nothing_else() -> None:
    before = table(
        "1,MAIN,2020-01-01,2020-12-31,100", "1,MAIN,2021-01-01,,200", "1,CHECK,2020-01-01,,100", "2,MAIN,2020-01-01,,5"
    )
    made = amended(before, table("3,MAIN,2022-01-01,,9", " 1,main,2020-01-01,,300"))
    assert (made.added, made.changed, made.unchanged) == (1, 1, 0)
    assert made.content == table(
        "1,CHECK,2020-01-01,,100", "2,MAIN,2020-01-01,,5", "3,MAIN,2022-01-01,,9", "1,MAIN,2020-01-01,,300"
    )


def test_how_a_row_is_written_is_no_change() -> None:
    before = table("1,MAIN,2020-01-01,,1000", "2,MAIN,2020-01-01,,5")
    same = amended(
        before, table("1,main,2020-01-01,1000.0,yes", head="mpan_core,role,effective_from,rated_kva,energised")
    )
    assert (same.added, same.changed, same.unchanged) == (0, 1, 0), "it says that the meter is energised"
    same = amended(before, table("1,main,2020-01-01,1000.0", head="mpan_core,role,effective_from,rated_kva"))
    assert (same.added, same.changed, same.unchanged) == (0, 0, 1)


def test_parquet_amends_csv_and_the_other_way_about() -> None:
    plain = table("1,MAIN,2020-01-01,,1000")
    typed = standing_of_table(table("1,MAIN,2020-01-01,,1000.0", "2,MAIN,2020-01-01,,1"), "x").frame.drop("row")
    out = io.BytesIO()
    typed.write_parquet(out)
    there, back = amended(plain, out.getvalue()), amended(out.getvalue(), plain)
    assert (there.added, there.changed, there.unchanged) == (1, 0, 1)
    assert (back.added, back.changed, back.unchanged) == (0, 0, 1)
    for made in (there, back):
        whole = standing_of_table(made.content, "x").frame.drop("row")
        assert whole.equals(typed)


rows = st.fixed_dictionaries(
    {
        "mpan_core": st.sampled_from(["1", "2", "3"]),
        "role": st.sampled_from(["MAIN", "CHECK"]),
        "effective_from": st.sampled_from(["2020-01-01", "2021-01-01"]),
        "effective_to": st.just(""),
        "rated_kva": st.sampled_from(["", "1", "1.0", "2"]),
    }
)


def by_hand(before: list[Row], sent: list[Row]) -> tuple[list[Row], dict[str, int]]:
    def meter(row: Row) -> tuple[str, str]:
        return row["mpan_core"], row["role"]

    def said(rows: list[Row], of: Any) -> list[tuple[str, float | None]]:
        return sorted(
            {(r["effective_from"], float(r["rated_kva"]) if r["rated_kva"] else -1.0) for r in rows if meter(r) == of}
        )

    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for of in {meter(row) for row in sent}:
        there = any(meter(row) == of for row in before)
        word = "added" if not there else "unchanged" if said(before, of) == said(sent, of) else "changed"
        counts[word] += 1
    theirs = {meter(row) for row in sent}
    return [row for row in before if meter(row) not in theirs] + sent, counts


@settings(max_examples=60, deadline=None)
@given(before=st.lists(rows, max_size=6), sent=st.lists(rows, max_size=4))
def test_any_two_are_put_together_as_by_hand(before: list[Row], sent: list[Row]) -> None:
    def text(rows: list[Row]) -> bytes:
        return table(*(",".join(row[name] for name in HEAD.split(",")) for row in rows))

    made = amended(text(before), text(sent))
    whole, counts = by_hand(before, sent)
    assert list(csv.DictReader(io.StringIO(made.content.decode()))) == whole
    assert {"added": made.added, "changed": made.changed, "unchanged": made.unchanged} == counts
    assert pl.read_csv(made.content, infer_schema=False).height == len(whole)
