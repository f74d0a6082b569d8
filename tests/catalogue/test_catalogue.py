"""The catalogue holds together: bits in order, codes once, words that the product knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from validator.catalogue import CATALOGUE, NEEDS, codes_of, load_catalogue, need_bit
from validator.regulation import load_regulation
from validator.schema import ALARMS
from validator.validation.messages import MESSAGES

SHIPPED = Path(__file__).parents[2] / "validator" / "catalogue" / "catalogue.csv"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("\n1,unknown_quantity", "\n2,unknown_quantity", "bit 2 stands in place 1"),
        (",stuck,", ",spike,", "a code stands twice"),
        ("|resolution\n", "|resolutions\n", "need resolutions"),
        ("format,period,FAIL", "format,period,FAILS", "outcome FAILS"),
        ("format,period,FAIL", "format,minute,FAIL", "scope minute"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "catalogue.csv").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        load_catalogue(tmp_path / "catalogue.csv")


def test_every_check_has_a_message_and_a_source_on_file() -> None:
    sources = load_regulation().sources
    assert list(MESSAGES) == [check.code for check in CATALOGUE]
    assert all(check.source == "LIMIT" or check.source in sources for check in CATALOGUE)


def test_codes_come_in_catalogue_order() -> None:
    assert codes_of(1 << 12 | 1 << 3) == ["missing_period", "estimated"]


def test_needs_are_bits_of_one_set_and_the_alarms_adjacent() -> None:
    assert len({need_bit(need) for need in NEEDS}) == len(NEEDS) <= 64
    first = NEEDS.index(f"capable_{ALARMS[0]}")
    assert NEEDS[first : first + len(ALARMS)] == tuple(f"capable_{alarm}" for alarm in ALARMS)
