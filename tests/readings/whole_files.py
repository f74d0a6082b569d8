"""A whole file of every readable format, of three channel-days where it has any, for the tests to spoil."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from tests.oracle_dtc import RECORDS
from tests.oracle_idd import enveloped as idd
from tests.readings import customers, samples
from tests.readings.samples import DAY, MPAN, NAMED_CELLS, csv, csv_row, joined
from tests.sample.folders import SAMPLES
from validator.readings import Hints

DAYS = tuple(DAY + timedelta(days=ahead) for ahead in range(3))
GIVEN = Hints(channels=(f"{MPAN}/AI",), mapping=SAMPLES / "dip_mapping.toml")


@dataclass(frozen=True)
class WholeText:
    """A text of one format, and where things stand in it.

    `number` is a value as its lines have it, None where none is held to be a number, `date` the settlement dates' form.
    `ends` are the lines (from 1) with which each channel-day is whole, or whatever else is counted of the format.
    `left_out` says what a lenient reading leaves out: a row, a group, a record with what stands under it, or the rest.
    """

    content: bytes
    number: bytes | None
    date: str | None
    ends: tuple[int, ...]
    left_out: str
    header: bool = True

    @property
    def lines(self) -> list[bytes]:
        """Its lines, without their ends."""
        return self.content.split(b"\n")[:-1]

    def good_before(self, line: int) -> int:
        """What is whole above a line."""
        return sum(end < line for end in self.ends)


def _every(first: int, step: int, count: int = 3) -> tuple[int, ...]:
    return tuple(range(first, first + step * count, step))


def _wide() -> bytes:
    return csv(*(csv_row(["1.5"] * 48, named=NAMED_CELLS.replace("2026-04-01", f"{day}")) for day in DAYS))


def _narrow() -> bytes:
    return customers.narrow_csv(*(f"{MPAN},AI,{day},{period},1.5" for day in DAYS for period in range(1, 49)))


def _plain() -> bytes:
    return customers.plain_csv(*(f"{MPAN},AI,{at:%Y-%m-%d %H:%M},1.5,A" for at in customers.times(3 * 48)))


def _british_gas() -> bytes:
    return b"".join(customers.british_gas(on=f"{day:%d/%m/%Y}") for day in DAYS)


def _edf() -> bytes:
    files = [customers.edf(on=f"{day:%d-%m-%Y}") for day in DAYS]
    return files[0] + b"".join(each.split(b"\n", 1)[1] for each in files[1:])


def _df2() -> bytes:
    ends = [at + customers.HALF_HOUR for at in customers.times(3 * 48)]
    return customers.df2(*(f"{at:%d/%m/%Y,%H:%M},1.5,A" for at in ends))


def _schneider() -> bytes:
    readings = zip(customers.times(3 * 48 + 1), range(1000, 2000), strict=False)
    return customers.schneider(*(f'{at:%d/%m/%Y %H:%M:%S},"{reading:,}.5",,,' for at, reading in readings))


def _dip() -> bytes:
    texts = []
    for day in DAYS:
        (message,) = json.loads(customers.dip())
        message["payload"]["CustomBlock"]["PLACEHOLDER"]["utcSettlementDate"] = day.isoformat()
        texts.append(json.dumps(message))
    return ("[\n" + ",\n".join(texts) + "\n]\n").encode()


def _dtc(flow: str) -> bytes:
    return joined(samples.flow_lines(flow, days=[f"{day:%Y%m%d}" for day in DAYS]))


def _repeated(record: str, days: Sequence[date], *lines: str) -> list[str]:
    return [each for day in days for each in (record.format(day=f"{day:%Y%m%d}"), *lines)]


def _c0121() -> bytes:
    values = [f"RMP|{period}|1.5|A|" for period in range(1, 49)]
    return joined(idd(["RMD|9901|", *_repeated("MS9|{day}|", DAYS, "OS9|OUT1|", "CN9|1|AI|M|", *values)]))


def _d0010() -> bytes:
    readings = [f"030|01|{day:%Y%m%d}000000|123456.7|||T|N|" for day in DAYS]
    return joined(
        samples.d0010_lines(*(line for each in readings for line in (f"026|{MPAN}|V|", "028|S95A 00001|M|", each)))
    )


def _c0101() -> bytes:
    under = ("OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|x|", "SPE|2|2.5|B|x|")
    return joined(idd(["MSE|9901|", *_repeated("SDE|{day}|", DAYS, *under)], word="C0101"))


def _c0541() -> bytes:
    return joined(idd(["PD8|PARTY|", *["MSX|9901|PLACE|", "OSA|OUT1|1|AA|2|3|"] * 3], word="C0541"))


TEXTS = {
    "csv-wide": WholeText(_wide(), b"1.5", "%Y-%m-%d", _every(2, 1), "row"),
    "csv-narrow": WholeText(_narrow(), b"1.5", "%Y-%m-%d", _every(49, 48), "row"),
    "csv-half-hour": WholeText(_plain(), b"1.5", "%Y-%m-%d", _every(49, 48), "row"),
    "csv-british-gas": WholeText(_british_gas(), b"1.5", "%d/%m/%Y", _every(1, 1), "row", header=False),
    "csv-edf": WholeText(_edf(), b"1.5", "%d-%m-%Y", _every(2, 1), "row"),
    "df2": WholeText(_df2(), b"1.5", "%d/%m/%Y", _every(51, 48), "row"),
    "csv-schneider": WholeText(_schneider(), b".5", "%d/%m/%Y", _every(50, 48), "row"),
    "dip": WholeText(_dip(), b"1.5", "%Y-%m-%d", _every(2, 1), "rest"),
    **{flow: WholeText(_dtc(flow), b"12.4", "%Y%m%d", _every(51, 49), "group") for flow in RECORDS},
    "C0121": WholeText(_c0121(), b"1.5", "%Y%m%d", _every(53, 51), "group"),
    "D0010": WholeText(_d0010(), b"123456.7", "%Y%m%d", _every(4, 3), "record"),
    "C0101": WholeText(_c0101(), b"2.5", "%Y%m%d", (6, 7, 11, 12, 16, 17), "record"),
    "C0541": WholeText(_c0541(), None, None, _every(4, 2), "record"),
}


def _table() -> pa.Table:
    return samples.table(3, settlement_date=pa.array(DAYS, pa.date32()))


def half_hours(days: int) -> pa.Table:
    """A narrow table of whole days."""
    dates = [day for day in DAYS[:days] for _ in range(48)]
    columns = {"settlement_date": pa.array(dates, pa.date32()), "settlement_period": [*range(1, 49)] * days}
    named = {"mpan_core": [MPAN] * len(dates), "measurement_quantity": ["AI"] * len(dates)}
    return pa.table({**named, **columns, "energy_kwh": [1.5] * len(dates)})


BINARIES = {
    "arrow-stream": samples.stream(_table()),
    "arrow-stream lz4": samples.stream(_table(), "lz4"),
    "arrow-file": samples.file(_table()),
    "arrow-file narrow": samples.file(half_hours(3)),
    "parquet": samples.parquet(_table(), write_page_checksum=True),
    "parquet groups": samples.parquet(_table(), row_group_size=1),
    "xlsx schneider": customers.schneider_xlsx(),
    "xlsx vital": customers.vital_xlsx(),
}
