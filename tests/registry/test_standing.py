"""Standing data in the registry: imported, compared, ended by what follows, and had again as it was known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.databases import everything
from tests.registry.made_up import write_csv, write_lines
from validator.errors import RegistryError, SubmissionError
from validator.registry.contents import retract_row
from validator.registry.registry import Registry
from validator.registry.standing import StandingDifference, import_standing
from validator.standing import read_standing

MPAN, OTHER = "9900000000015", "9900000000024"


def meter(mpan: str = MPAN, **cells: str) -> dict[str, str]:
    plain = {
        "mpan_core": mpan,
        "role": "MAIN",
        "effective_from": "2020-01-01",
        "effective_to": "",
        "energised": "yes",
        "meter_type": "Prometer 100",
        "variant": "P3E",
        "firmware": "M6X8G05",
        "cop": "5",
        "issue": "6",
        "rated_kva": "1000",
    }
    return {**plain, **cells}


def imported(registry: Registry, path: Path, **options: Any) -> StandingDifference:
    return import_standing(registry, path, "clerk", apply=options.pop("apply", True), **options)


def counts(done: StandingDifference) -> tuple[int, int, int, int, int]:
    return done.added.height, done.changed.height, done.ended, done.unchanged, done.unlisted


def filed(registry: Registry, mpan: str = MPAN, **options: Any) -> list[Mapping[str, Any]]:
    return registry.standing(mpans=[mpan], **options).frame.to_dicts()


@pytest.fixture
def two(registry: Registry, tmp_path: Path) -> Registry:
    imported(registry, write_csv(tmp_path / "first.csv", [meter(), meter(OTHER)]))
    return registry


def test_what_goes_in_comes_out(registry: Registry, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "standing.csv", [meter(), meter(OTHER, role="CHECK", energised="no", rated_kva="0.5")])
    before = everything(registry)
    assert counts(imported(registry, path, apply=False)) == (2, 0, 0, 0, 0)
    assert everything(registry) == before
    done = imported(registry, path)
    assert (done.revision, registry.revision(), done.applied) == (2, 2, True)
    held, given = registry.standing(), read_standing(path)
    assert held.frame.drop("row").equals(given.frame.drop("row"))
    again = imported(registry, path)
    assert counts(again) == (0, 0, 0, 2, 0)
    assert (again.empty, again.revision, registry.revision()) == (True, 2, 2)


def test_parquet_says_what_csv_says(two: Registry, tmp_path: Path) -> None:
    frame = pl.DataFrame([meter(), meter(OTHER)]).with_columns(
        pl.col("effective_from").str.to_date(), pl.col("issue").cast(pl.Int32), pl.col("rated_kva").cast(pl.Float64)
    )
    frame.write_parquet(tmp_path / "standing.parquet")
    assert counts(imported(two, tmp_path / "standing.parquet")) == (0, 0, 0, 2, 0)


def test_a_later_row_ends_an_open_one_the_day_before(two: Registry, tmp_path: Path) -> None:
    later = meter(effective_from="2024-03-01", firmware="M6X8G0B")
    done = imported(two, write_csv(tmp_path / "later.csv", [later]))
    assert counts(done) == (1, 1, 1, 0, 2)
    assert [(row["firmware"], row["effective_from"], row["effective_to"]) for row in filed(two)] == [
        ("M6X8G05", date(2020, 1, 1), date(2024, 2, 29)),
        ("M6X8G0B", date(2024, 3, 1), None),
    ]
    assert filed(two, OTHER)[0]["effective_to"] is None, "a meter that the file omits stays"


def test_what_was_known_before(two: Registry, tmp_path: Path) -> None:
    imported(two, write_csv(tmp_path / "later.csv", [meter(effective_from="2024-03-01", firmware="M6X8G0B")]))
    at = two.last_change_at()
    (before,) = filed(two, known_at=at - timedelta(microseconds=1))
    assert (before["firmware"], before["effective_to"]) == ("M6X8G05", None)
    assert len(filed(two, known_at=at)) == 2
    first = two.history()[1].at
    assert filed(two, known_at=first - timedelta(microseconds=1)) == []


def test_a_changed_column_and_one_that_the_file_has_not(two: Registry, tmp_path: Path) -> None:
    changed = {c: v for c, v in meter(firmware="M6X8G0B", issue="").items() if c != "rated_kva"}
    done = imported(two, write_csv(tmp_path / "next.csv", [changed]))
    assert counts(done) == (0, 1, 0, 0, 1)
    (row,) = filed(two)
    assert (row["firmware"], row["issue"], row["rated_kva"]) == ("M6X8G0B", None, 1000.0)


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        ([meter(effective_from="2021-01-01"), meter(effective_from="2022-01-01")], "row 2", "already valid"),
        ([meter(effective_from="2019-01-01")], "standing.csv, row", "already valid on 2020-01-01"),
        ([meter(effective_to="2019-12-31")], "row 1, column effective_to", "2020-01-01 or later"),
        ([meter(role="MAINE")], "row 1, column role", "Did you mean MAIN"),
        ([meter(effective_from="1 Jan")], "row 1, column effective_from", "a date YYYY-MM-DD"),
        ([{**meter(), "firmwares": "x"}], "standing.csv, column firmwares", "unknown column"),
        ([meter(firmware="M" * 256)], "row 1, column firmware", "at most 255"),
        ([meter(firmware="M\x00")], "row 1, column firmware", "control character"),
    ],
)
def test_what_cannot_be_relied_on(
    two: Registry, tmp_path: Path, rows: list[dict[str, str]], place: str, words: str
) -> None:
    rows = [{c: v for c, v in row.items() if c != "firmware"} if "firmwares" in row else row for row in rows]
    path = write_csv(tmp_path / "standing.csv", rows)
    before = everything(two)
    for apply in (False, True):
        with pytest.raises(SubmissionError) as caught:
            imported(two, path, apply=apply)
        assert place in str(caught.value)
        assert words in str(caught.value)
    assert everything(two) == before


SECRETS = ("PIN4321", "USERONE", "HUSHONE", "USERTWO", "HUSHTWO", "USERTHREE", "HUSHTHREE", "HUSHREAD")


def d0268(*, day: str = "20260401", flag: str = "OPER") -> list[str]:
    body = [
        f"01A|{MPAN}|{day}|5|6|F|SWITCHROOM|400|3|I||",
        f"02A|OUT0000001|TYPE1|MODEM1|4|6|{'|'.join(SECRETS)}|IP|GPRS|I|10.0.0.1||9600|PROV||||",
        "03A|S95A 00001|MAKE TYPE|20250115|5|1/1|400/5|3P4W|A|20250115|MAPX|",
        "04A|01|OUT0000001|1|0.1|1.0|1.0|AI|6|||",
    ]
    head = f"ZHV|SYN0000005|D0268002|M|MOPX|C|HHDC|20260402060000||||{flag}|"
    return [head, *body, "ZPT|SYN0000005|4||1|20260402060000|"]


def test_meter_technical_details_without_their_secrets(
    registry: Registry, kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    done = imported(registry, write_lines(tmp_path / "mtd.usr", *d0268()))
    assert counts(done) == (1, 0, 0, 0, 0)
    (row,) = filed(registry)
    assert (row["outstation_id"], row["cop"], row["issue"], row["meter_type"]) == ("OUT0000001", "5", 6, "MAKE TYPE")
    said = [repr(everything(registry)), repr(done), caplog.text, *capfd.readouterr()]
    if kind == "sqlite":
        said.extend(path.read_bytes().decode("latin-1") for path in tmp_path.glob("registry.db*"))
        assert len(said) > 5
    for secret in SECRETS:
        assert not [text for text in said if secret in text], secret


def test_meter_technical_details_say_nothing_of_what_they_do_not_carry(registry: Registry, tmp_path: Path) -> None:
    first = meter(effective_from="2026-04-01", meter_type="", variant="", firmware="M6X8G0B")
    imported(registry, write_csv(tmp_path / "first.csv", [first]))
    done = imported(registry, write_lines(tmp_path / "mtd.usr", *d0268()))
    assert counts(done) == (0, 1, 0, 0, 0)
    (row,) = filed(registry)
    assert (row["firmware"], row["rated_kva"], row["meter_type"]) == ("M6X8G0B", 1000.0, "MAKE TYPE")


def test_test_data_only_where_it_is_asked_for(registry: Registry, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "mtd.usr", *d0268(flag="TR01"))
    with pytest.raises(SubmissionError):
        imported(registry, path)
    assert counts(imported(registry, path, allow_test_data=True)) == (1, 0, 0, 0, 0)


def test_many_metering_systems_are_found_by_parts(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from validator.registry import standing

    monkeypatch.setattr(standing, "_MPANS_AT_ONCE", 2)
    mpans = [f"{number:013}" for number in range(5)]
    imported(registry, write_csv(tmp_path / "five.csv", [meter(mpan) for mpan in mpans]))
    wanted = [*mpans[:4], "absent"]
    assert registry.standing(mpans=wanted).frame["mpan_core"].to_list() == mpans[:4]
    monkeypatch.setattr(standing, "MANY_MPANS", 1)
    assert registry.standing(mpans=wanted).frame["mpan_core"].to_list() == mpans[:4]
    assert registry.standing(mpans=[]).frame.height == 0
    assert registry.standing().frame.height == 5


def test_a_row_recorded_in_error_is_taken_back_and_stays_known_before(registry: Registry, tmp_path: Path) -> None:
    imported(registry, write_csv(tmp_path / "meters.csv", [meter(), meter(OTHER)]))
    before = registry.last_change_at()
    row = registry.standing(mpans=[MPAN]).frame.row(0, named=True)
    shown = retract_row(registry, "standing_data", row["row"], "another's meter", "tests", apply=False)
    assert shown.cells["mpan_core"] == MPAN
    assert registry.standing(mpans=[MPAN]).frame.height == 1
    retract_row(registry, "standing_data", row["row"], "another's meter", "tests", apply=True)
    assert registry.standing().frame["mpan_core"].to_list() == [OTHER]
    assert registry.standing(before, [MPAN]).frame.height == 1
    with pytest.raises(RegistryError, match="no row"):
        retract_row(registry, "standing_data", row["row"], "again", "tests", apply=True)
