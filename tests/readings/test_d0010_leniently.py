"""A D0010 read leniently: an MPAN's group that cannot be read is left out whole, and nothing else is, nor is lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readings.d0010_leniently import nothing_is_lost
from tests.readings.samples import MPAN, d0010_lines, joined, read, refusal
from tests.readings.test_d0010_against_oracle import _SPOILS, _bodies, _sent

_SETTINGS = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
_GROUP = (f"026|{MPAN}|V|", "028|S1|M|", "030|01|20260401000000|1.5|||T|N|", "030|02|20260401000000|2.5|||T|N|")


@_SETTINGS
@given(st.lists(_bodies(), min_size=1, max_size=3), _SPOILS, st.integers(1, 3), st.data())
def test_readings_in_are_readings_out_and_refused(
    bodies: list[list[str]], spoil: str, times: int, data: st.DataObject
) -> None:
    lines = [line.split("|") for body in bodies for line in _sent(body).decode().splitlines()]
    for _ in range(times):
        line = data.draw(st.integers(0, len(lines) - 1))
        lines[line][data.draw(st.integers(0, len(lines[line]) - 1))] = spoil
    nothing_is_lost("".join("|".join(fields) + "\n" for fields in lines).encode())


@_SETTINGS
@given(st.lists(_bodies(), min_size=1, max_size=3), st.data())
def test_lines_lost_and_files_cut_short(bodies: list[list[str]], data: st.DataObject) -> None:
    lines = [line for body in bodies for line in _sent(body).decode().splitlines()]
    if data.draw(st.booleans()):
        del lines[data.draw(st.integers(0, len(lines) - 1))]
    content = joined(lines)
    nothing_is_lost(content[: data.draw(st.integers(1, len(content)))] if data.draw(st.booleans()) else content)


@pytest.mark.parametrize("spoilt", ["030|01|20260401000000|x|||T|N|", "030|01|x|1|||T|N|", "030|", "x", "028|S|", ""])
def test_the_group_goes_and_no_other(spoilt: str) -> None:
    body = [line for _ in range(3) for line in _GROUP]
    for place in range(1, 4):
        at = 4 + place
        content = joined(d0010_lines(*[spoilt if number == at else line for number, line in enumerate(body)]))
        source = read(content, lenient=True)
        assert [each.line for each in source.registers] == [4, 5, 12, 13]
        (left_out,) = source.refused
        assert (left_out.first_line, left_out.last_line) == (6, 9)
        assert left_out.count == left_out.content.count(b"030|")
        assert left_out.reason.place.line == at + 2


def test_a_line_that_should_open_a_group_takes_along_what_it_may_belong_to() -> None:
    """It is not known where it belongs; what follows it would else stand under the MPAN before."""
    body = [*_GROUP, _GROUP[0].replace("026", "02"), *_GROUP[1:], *_GROUP]
    source = read(joined(d0010_lines(*body)), lenient=True)
    assert [(each.first_line, each.last_line, each.count) for each in source.refused] == [(2, 9, 4)]
    assert [each.line for each in source.registers] == [12, 13]


def test_a_header_takes_its_envelope_along_and_a_trailer_goes_alone() -> None:
    whole = d0010_lines(*_GROUP)
    bad_header, bad_trailer = (
        [whole[0].replace("OPER", "NONE"), *whole[1:]],
        [*whole[:-1], whole[-1].replace("|4|", "|5|")],
    )
    source = read(joined([*whole, *bad_header, *bad_trailer, *whole]), lenient=True)
    assert [(each.first_line, each.last_line, each.count) for each in source.refused] == [(7, 12, 2), (18, 18, 0)]
    assert len(source.registers) == 6


def test_the_last_group_may_be_cut_short() -> None:
    whole = joined(d0010_lines(*_GROUP, *_GROUP))
    source = read(whole[: whole.index(b"ZPT|")], lenient=True)
    (left_out,) = source.refused
    assert (left_out.first_line, left_out.last_line, left_out.count) == (6, 9, 2)
    assert "may be cut short: it is not kept" in str(left_out.reason)


def test_a_file_without_a_header_is_refused() -> None:
    content = joined(d0010_lines(*_GROUP)[1:])
    assert str(refusal(content, lenient=True, format="D0010")) == str(refusal(content, format="D0010"))
