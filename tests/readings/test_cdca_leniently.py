"""C0101 and C0541 read leniently: what stands under a record that cannot be read goes with it, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle_idd import enveloped
from tests.readings.cdca_leniently import TELLS, nothing_is_lost
from tests.readings.samples import joined, read

_SETTINGS = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
_SPE = "SPE|1|2.5|B|x|"
_UNDER = {
    "C0101": {"MSE|9901|": {"SDE|20260401|": {"OSD|O|": {"CND|1|AI|M|": {_SPE: {}}, "CND|2|AE|C|": {_SPE: {}}}}}},
    "C0541": {
        "PD8|PARTY|": {
            "MSX|9901|PLACE|": {
                "ODF|OUT1|3|": {},
                "OSA|OUT1|1|AA|2|3|": {},
                "DOL|OUT1|S|R|1|SUB|AI|1|2|": {"DOP|4|7.5|": {}, "DOP|5|8.5|": {}},
            }
        }
    },
}
_SPOILS = st.sampled_from(["", "|", "x", "SPE|", "CND|1|AI|M|", "AAA|", "ZZZ|", "20260230", "99", "-", "é", "\r"])


def _draw_tree(draw: st.DrawFn, tree: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for record, under in tree.items():
        for _ in range(draw(st.integers(0 if lines else 1, 2))):
            lines += [record, *_draw_tree(draw, under)]
    return lines


@st.composite
def _files(draw: st.DrawFn, word: str) -> list[str]:
    bodies = [_draw_tree(draw, _UNDER[word]) for _ in range(draw(st.integers(1, 2)))]
    return [line for body in bodies for line in enveloped(body, word=word)]


@pytest.mark.parametrize("word", TELLS)
@_SETTINGS
@given(st.data())
def test_records_in_are_records_out_and_refused(word: str, data: st.DataObject) -> None:
    lines = data.draw(_files(word))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        fields = lines[at].split("|")
        fields[data.draw(st.integers(0, len(fields) - 1))] = data.draw(_SPOILS)
        lines[at] = "|".join(fields)
    if data.draw(st.booleans()):
        del lines[data.draw(st.integers(0, len(lines) - 1))]
    content = joined(lines)
    nothing_is_lost(word, content[: data.draw(st.integers(1, len(content)))] if data.draw(st.booleans()) else content)


def test_a_record_takes_along_what_stands_under_it() -> None:
    body = ["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|X|", _SPE, _SPE, "CND|2|AI|M|", _SPE, "SDE|x|", "OSD|O|"]
    body += ["CND|1|AI|M|", _SPE, "MSE|9902|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", _SPE, "SPE|99|2.5|B|x|", _SPE]
    source = read(joined(enveloped(body, word="C0101")), lenient=True)
    assert [(each.first_line, each.last_line, each.count) for each in source.refused] == [
        (5, 7, 2), (10, 13, 1), (19, 19, 1),
    ]  # fmt: skip
    assert [each.line for each in source.reported] == [9, 18, 20]
    assert "3 exceptional period" in source.notes[0]


def test_under_a_line_that_is_no_record_only_the_next_metering_system_is_sure() -> None:
    body = ["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", _SPE, "CNX|2|AI|M|", _SPE, "CND|2|AI|M|", _SPE]
    body += ["MSE|9902|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", _SPE]
    source = read(joined(enveloped(body, word="C0101")), lenient=True)
    assert [(each.first_line, each.last_line, each.count) for each in source.refused] == [(7, 10, 2)]
    assert [each.line for each in source.reported] == [6, 15]


def test_envelopes() -> None:
    """A header that is not right takes its envelope along; a trailer goes alone, or is missed."""
    whole = enveloped(["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", _SPE], word="C0101")
    bad_header = [whole[0].replace("|D|", "|R|"), *whole[1:]]
    bad_trailer, lost = [*whole[:-1], "ZZZ|7|1|"], whole[:-1]
    source = read(joined([*whole, *bad_header, *bad_trailer, *lost, *whole, *lost]), lenient=True)
    assert [(each.first_line, each.last_line, each.count) for each in source.refused] == [
        (8, 14, 1), (21, 21, 0), (28, 27, 0), (41, 40, 0),
    ]  # fmt: skip
    assert [each.line for each in source.reported] == [6, 20, 27, 33, 40]
