"""Small files read together are what each is by itself, whatever stands among them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.errors import SubmissionError
from validator.readings import Source, read_bytes
from validator.readings.together import Small, read_together

TODAY = date(2026, 9, 20)


def d0036(number: int, days: int = 1, value: str = "1.5") -> bytes:
    rows = [f"102|202609{10 + k:02d}|\n" + f"103|A|{value}|\n" * 48 for k in range(days)]
    body = f"101|{1200000000000 + number}|AI|SYNS|\n" + "".join(rows)
    lines = body.count("\n")
    head = f"ZHV|SYN{number:07d}|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|\n"
    return f"{head}{body}ZPT|SYN{number:07d}|{lines}||1|20260917071500|\n".encode()


def d0275(number: int) -> bytes:
    body = f"25B|{1200000000000 + number}|AI|SYNS|\n26B|20260910|\n" + "27B|A|2.5|\n" * 48
    head = f"ZHV|SYN{number:07d}|D0275001|C|SYNH|X|SYNS|20260917071500||||OPER|\n"
    return f"{head}{body}ZPT|SYN{number:07d}|{body.count(chr(10))}||1|20260917071500|\n".encode()


WHOLE = d0036(7)
MADE = (
    WHOLE, d0036(8), d0036(9, days=3), d0036(1, value=""), d0036(2, value="-1.0"), d0275(3),
    WHOLE.replace(b"\n", b"\r\n"),
    WHOLE[:-1],  # no line end at its end
    WHOLE.replace(b"103|A|1.5|", b"103|A|many|", 1),
    WHOLE.replace(b"|50||1|", b"|51||1|"),
    WHOLE.replace(b"OPER", b"TR01"),
    WHOLE[: WHOLE.index(b"ZPT")],  # its envelope does not end
    WHOLE[WHOLE.index(b"101|") :],  # nor this one's begin
    WHOLE + d0036(4),  # two envelopes
    d0036(5, value="123456789.5"),  # a value for which the flow may have no room
    WHOLE.replace(b"103|A", b"999|A", 1),
    b"", b"\n", b"mpan_core,p1\n", WHOLE[:300],
)  # fmt: skip


def alone(content: bytes, name: str) -> Source | str:
    try:
        return read_bytes(content, name, today=TODAY)
    except SubmissionError as fault:
        return str(fault)


@given(st.lists(st.sampled_from(MADE), max_size=9))
def test_each_is_as_if_it_had_come_alone(bodies: list[bytes]) -> None:
    wanted = [Small(f"file {at % 3}", body, TODAY) for at, body in enumerate(bodies)]
    for small, together in zip(wanted, read_together(wanted), strict=True):
        by_itself = alone(small.content, small.name)
        if together is None:
            continue
        assert isinstance(by_itself, Source), by_itself
        assert together.readings.to_pylist() == by_itself.readings.to_pylist()
        assert together.readings.schema == by_itself.readings.schema
        for name in ("name", "format", "sha256", "size_bytes", "ignored_columns", "refused", "notes"):
            assert getattr(together, name) == getattr(by_itself, name), name


def test_one_that_cannot_be_read_leaves_the_others_together() -> None:
    bodies = [d0036(k) for k in range(8)]
    bodies[3] = bodies[3].replace(b"103|A|1.5|", b"103|A|many|", 1)
    read = read_together([Small("a file", body, TODAY) for body in bodies])
    assert [at for at, source in enumerate(read) if source is None] == [2, 3]


def test_no_file_ends_in_another() -> None:
    """Cut in two, the halves would make one whole file; neither is one."""
    begin, end = (Small("half", half, TODAY) for half in (WHOLE[: WHOLE.index(b"ZPT")], WHOLE[WHOLE.index(b"ZPT") :]))
    assert read_together([begin, end]) == [None, None]


@pytest.mark.parametrize("body", [d0036(1), d0036(2, days=3), d0275(3), WHOLE.replace(b"\n", b"\r\n")])
def test_what_is_whole_is_read_together(body: bytes) -> None:
    read = read_together([Small("a file", body, TODAY)] * 2)
    assert None not in read
