"""MHHS messages: what a mapping reads out of them, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sample_data
from tests.readings.customers import dip
from tests.readings.samples import DAY, MPAN, read, refusal, rows
from validator.errors import SubmissionError
from validator.readings import Hints, pieces
from validator.readings.customers import dip_pieces
from validator.readings.streaming import Asked, open_stream
from validator.schema import FLAG_ESTIMATED, FLAG_INVALID_STATUS

EXAMPLE = Path(sample_data.__file__).parent / "dip_mapping.toml"
MAPPED = Hints(mapping=EXAMPLE)

Period = dict[str, Any]


def _two(first: bytes, second: bytes) -> bytes:
    return json.dumps([*json.loads(first), *json.loads(second)]).encode()


def test_a_message_is_a_channel_day() -> None:
    row = rows(dip(), hints=MAPPED)[0]
    assert (row["mpan_core"], row["measurement_quantity"], row["settlement_date"]) == (MPAN, "AI", DAY)
    assert (row["energy_kwh"], row["period_flags"]) == ([1.5] * 48, [0] * 48)
    assert (row["utc_day"], row["alarms_carried"], row["source_row"]) == (True, False, 1)


def test_without_a_mapping_it_says_plainly_what_is_not_known() -> None:
    error = refusal(dip())
    assert "no mapping" in error.found
    assert "not known to us" in error.action
    assert "--mapping" in error.action


def test_periods_in_any_order_and_what_is_not_sent() -> None:
    sent = dip(
        {"p": 3, "value": "2.5", "quality": "E1"}, {"p": "1", "value": -1, "quality": "A"},
        {"p": 4, "value": 1, "quality": "ZZ9"}, {"p": 5, "value": None}, {"p": 6, "value": 1},
    )  # fmt: skip
    row = rows(sent, hints=MAPPED)[0]
    assert row["energy_kwh"] == [-1.0, None, 2.5, 1.0, None, 1.0, *[None] * 42]
    bad = FLAG_INVALID_STATUS
    assert row["period_flags"] == [0, 0, FLAG_ESTIMATED, bad, 0, bad, *[0] * 42]


def test_a_period_beyond_the_day_and_a_day_twice_are_left_to_the_checks() -> None:
    found = rows(_two(dip({"p": 50, "value": 1, "quality": "A"}), dip()), hints=MAPPED)
    assert [len(row["energy_kwh"]) for row in found] == [50, 48]
    assert [row["source_row"] for row in found] == [1, 2]


def test_one_message_alone() -> None:
    assert len(rows(json.dumps(json.loads(dip())[0]).encode(), hints=MAPPED)) == 1


def test_a_mapping_by_order_and_of_one_quantity(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    plain = text.replace('period = "p"', "").replace('quality = "quality"', "")
    start, end = plain.index("[quantity]"), plain.index("# A word that is not here")
    mapping = tmp_path / "m.toml"
    mapping.write_text(plain[:start] + '[quantity]\nalways = "AE"\n' + plain[end:])
    row = rows(dip({"value": 1}, {"value": 2}), hints=Hints(mapping=mapping))[0]
    assert (row["measurement_quantity"], row["energy_kwh"], row["period_flags"]) == ("AE", [1.0, 2.0], None)


_BLOCK = "CustomBlock.PLACEHOLDER"
_WRONG = [
    (dip(interface="IF-033"), "CommonBlock.S0.interfaceID", "IF-021"),
    (dip(mpan=9900000000015), "CommonBlock.M0.MPANCore", "as text"),
    (dip(utcSettlementDate="01/04/2026"), f"{_BLOCK}.utcSettlementDate", "a date"),
    (dip(utcSettlementDate="2027-04-01"), f"{_BLOCK}.utcSettlementDate", "far future"),
    (dip(quantity="GAS"), f"{_BLOCK}.quantity", "ACTIVE_IMPORT"),
    (dip(periods=None), f"{_BLOCK}.periods", "a list"),
    (dip(*[{"p": 1, "value": 1, "quality": "A"}] * 2), f"{_BLOCK}.periods[2]", "one entry"),
    (dip({"p": 0, "value": 1, "quality": "A"}), f"{_BLOCK}.periods[1]", "1 to 50"),
    (dip({"p": True, "value": 1, "quality": "A"}), f"{_BLOCK}.periods[1]", "1 to 50"),
    (dip({"p": 1, "value": "1,5", "quality": "A"}), f"{_BLOCK}.periods[1]", "a number of kWh"),
    (dip({"p": 1, "value": True, "quality": "A"}), f"{_BLOCK}.periods[1]", "a number of kWh"),
    (dip({"p": 1, "quality": "A"}), f"{_BLOCK}.periods[1]", "a number of kWh"),
    (dip({"p": 1, "value": "1e999", "quality": "A"}), f"{_BLOCK}.periods[1]", "a number of kWh"),
    (dip({"p": 1, "value": 1, "quality": 3}), f"{_BLOCK}.periods[1]", "quality word"),
    (b'[{"CommonBlock": 1}]', "CommonBlock.S0.interfaceID", "IF-021"),
    (b'[1]', "CommonBlock.S0.interfaceID", "IF-021"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "column", "expected"), _WRONG)
def test_a_wrong_message_is_refused(wrong: bytes, column: str, expected: str) -> None:
    error = refusal(_two(dip(), wrong), hints=MAPPED, format="dip")
    assert (error.place.row, error.place.column) == (2, column)
    assert expected in error.expected
    assert error.good == 1


@pytest.mark.parametrize(
    "content",
    [
        dip()[:-5],
        dip().replace(b"1.5", b"NaN", 1),
        dip().replace(b'"p": 1,', b'"p": 1, "p": 2,', 1),
        dip().replace(b"ACTIVE_IMPORT", b"\xff"),
        b'[{"CommonBlock":' + b"[" * 200_000,
        dip().replace(b"1.5", b"1" * 5000, 1),
    ],
    ids=["cut", "NaN", "a name twice", "not UTF-8", "too deep", "a number too long"],
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    assert "JSON" in refusal(content, hints=MAPPED, format="dip").expected or b"1" * 5000 in content


_WRONG_MAPPINGS = [
    ('interface = "IF-021"', "", "interface", "required key"),
    ('interface = "IF-021"', "interface = 21", "interface", "text"),
    ('value = "value"', "value = 1", "value", "names divided by dots"),
    ('value = "value"', 'value = "a..b"', "value", "names divided by dots"),
    ('value = "value"', 'value = "value"\nvalues = "x"', "values", "one of interface"),
    ('E1 = "E"', 'E1 = "estimated"', "quality_words.E1", "one of A, E, C"),
    ('ACTIVE_IMPORT = "AI"', 'ACTIVE_IMPORT = "XX"', "quantity.words.ACTIVE_IMPORT", "one of AI"),
    ("[quantity]", "[quantity]\nnever = 1", "quantity", "always"),
    ("[quantity]", "[quantity", None, "TOML"),
]


@pytest.mark.parametrize(("old", "new", "column", "expected"), _WRONG_MAPPINGS)
def test_a_wrong_mapping_is_refused(tmp_path: Path, old: str, new: str, column: str | None, expected: str) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(EXAMPLE.read_text().replace(old, new, 1))
    error = refusal(dip(), hints=Hints(mapping=mapping))
    assert (error.place.file, error.place.column) == (str(mapping), column)
    assert expected in error.expected


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(dip(), hints=Hints(mapping=tmp_path / "absent")).place.file == str(tmp_path / "absent")


def test_leniently_a_message_is_left_out_with_its_bytes() -> None:
    good, bad = json.loads(dip())[0], json.loads(dip(utcSettlementDate="2026-02-30"))[0]
    odd = ["]", 1, "not a message"]
    for indent in (None, 1):
        texts = [json.dumps(each, indent=indent) for each in (bad, good, odd, good, {"payload": 1})]
        content = ("[ " + " ,\n".join(texts) + "]\n").encode()
        source = read(content, hints=MAPPED, lenient=True)
        assert source.readings["source_row"].to_pylist() == [2, 4]
        assert [each.content.decode() for each in source.refused] == [texts[0], texts[2], texts[4]]
        assert [each.channel_days for each in source.refused] == [1, 1, 1]
        lines = content.decode().split("\n")
        for each in source.refused:
            sent = "\n".join(lines[each.first_line - 1 : each.last_line])
            assert each.content.decode() in sent
        assert [each.reason.place.row for each in source.refused] == [1, 3, 5]


def test_leniently_one_message_alone() -> None:
    alone = json.dumps(json.loads(dip(mpan=""))[0]).encode()
    source = read(alone, hints=MAPPED, lenient=True)
    assert (source.readings.num_rows, [each.content for each in source.refused]) == (0, [alone])
    assert read(b"[]", hints=MAPPED, lenient=True, format="dip").refused == ()


@pytest.mark.parametrize("lenient", [False, True])
def test_a_list_of_what_is_no_message_is_not_gone_through_to_its_end(lenient: bool) -> None:
    content = b"[" + dip().strip()[1:-1] + b"," + b"1," * 5000 + b"]"
    error = refusal(content, hints=MAPPED, format="dip", lenient=lenient)
    # To the end it would be found to end with a comma.
    assert (error.place.line, error.place.row, error.good) == (1, 1002 if lenient else 2, 1)


def test_what_is_no_json_is_left_out_with_all_that_follows() -> None:
    """Where the next message begins cannot be known."""
    whole, broken = dip().strip()[1:-1], dip().strip()[1:-1].replace(b"1.5", b"1.5.5", 1)
    for rest, days in ((broken + b",\n" + whole + b"]", 2), (whole[:-1], 1), (b"", 0)):
        content = b"[" + whole + b",\n" + rest
        source = read(content, hints=MAPPED, format="dip", lenient=True)
        (left_out,) = source.refused
        assert (source.readings.num_rows, left_out.channel_days, left_out.content) == (1, days, rest)
        assert refusal(content, hints=MAPPED, format="dip").good == 1


def test_a_byte_that_is_no_utf8_is_told_by_line_and_column() -> None:
    content = dip().replace(b'"quantity"', b'\n"quantity\xff"')
    error = refusal(content, hints=MAPPED, format="dip")
    assert (error.place.line, error.place.row, error.place.column) == (2, 1, "10")
    assert error.found == "b'\\xff', which is not UTF-8"


def _many(messages: int) -> bytes:
    one = json.loads(dip())[0]
    made = []
    for at in range(messages):
        one["payload"]["CommonBlock"]["M0"]["MPANCore"] = f"99{at:011}"
        made.append(json.dumps(one, indent=1 if at % 3 else None))
    return ("\ufeff [" + " ,\n".join(made) + "]\n ").encode()


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "BYTES_AT_ONCE", 1000)
    monkeypatch.setattr(dip_pieces, "BYTES_AT_ONCE", 7001)


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (b"", b""), (b"9900000000007", b"990000000000\xff"), (b"9900000000007", b"990000000000\xc3\xa9"),
        (b'"value": 1.5', b'"value": "x"'), (b'"MPANCore": "9900000000007"', b'"MPANCore": 7'), (b" ,\n", b" \n"),
        (b"IF-021", b"IF-041"), (b"]\n ", b"]\n x"), (b"]\n ", b""), (b"[", b""), (b'"p": 48', b'"p": 47'),
        (b'{"payload"', b'7, {"payload"'), (b'"M0": {', b'"M0": {}, "M0": {'), (b"1.5", b"NaN"),
    ],
)  # fmt: skip
def test_many_messages_are_read_a_few_at_a_time(
    few_at_once: None, monkeypatch: pytest.MonkeyPatch, what: bytes, instead: bytes, lenient: bool
) -> None:
    content = _many(25)
    before, found, after = content.rpartition(what) if what else (content, b"", b"")
    spoilt = before + (instead if found else b"") + after

    def outcome() -> Any:
        try:
            source = read(spoilt, hints=MAPPED, lenient=lenient)
        except SubmissionError as fault:
            return str(fault)
        return source.readings.to_pylist(), [each.content for each in source.refused]

    told = outcome()
    monkeypatch.setattr(pieces, "BYTES_AT_ONCE", 10**9)
    assert outcome() == told


def test_a_stream_of_messages(few_at_once: None, tmp_path: Path) -> None:
    path = tmp_path / "sent"
    path.write_bytes(_many(25))
    batches = [len(each.readings) for each in open_stream(path, Asked(hints=MAPPED)).batches]
    assert sum(batches) == 25
    assert max(batches) < 8
