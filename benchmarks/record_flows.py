"""D0010 and D0268 of a made-up estate, and what plain Python makes of them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pyarrow as pa

from benchmarks import estate
from tests.oracle_flows import read_d0010
from tests.readings.d0268_by_lines import read_by_lines
from validator.readings.meter_details import SCHEMA
from validator.readings.register_readings import PLAIN_REGISTER_READINGS

_QUANTITIES = ("AI", "AE", "RI", "RE")
_SECRETS = "0000|NOBODY|NOTASECRET|||||NOTASECRET"


def d0010_bytes(systems: int) -> bytes:
    """Two readings of one register, a day apart, for each of four channels of each metering system."""
    table = estate.numbers_everywhere(systems)
    dates = [estate.DAY, estate.DAY + timedelta(days=1)]
    out = ["ZHV|SYN0000001|D0010002|D|SYNH|X|SYNS|20260917063000||||OPER|\n"]
    rows = zip(table["mpan_core"].to_pylist(), table["measurement_quantity"].to_pylist(), strict=True)
    for number, (mpan, quantity) in enumerate(rows):
        out.append(f"026|{mpan}|V|\n028|S{number // 4:08d}|M|\n")
        # No two registers alike, as in life.
        read = [1000.0 + number * 7.3 % 90_000, 1100.0 + number * 7.3 % 90_000]
        out += [
            f"030|{quantity}|{day:%Y%m%d}000000|{value:.1f}|||T|N|\n" for day, value in zip(dates, read, strict=True)
        ]
    out.append(f"ZPT|SYN0000001|{4 * table.num_rows}||{table.num_rows}|20260917063000|\n")
    return "".join(out).encode()


def d0268_bytes(systems: int) -> bytes:
    """An outstation, a meter and a register of each quantity for each metering system; PINs are plainly made up."""
    out = ["ZHV|SYN0000001|D0268002|M|SYNM|C|SYNH|20260917063000||||OPER|\n"]
    for number in range(systems):
        outstation = f"OUT{number:07d}"
        out.append(f"01A|{9_900_000_000_000 + number}|20240401|5|6|F|SWITCHROOM|400|3|I||\n")
        out.append(f"02A|{outstation}|MAKE {number % 7}|MODEM1|4|6|{_SECRETS}|IP|GPRS|I|192.0.2.1||9600|PROV||||\n")
        out.append(f"03A|S{number:08d}|MAKE {number % 7}|20240401|5|1/1|400/5|3P4W|A|20240401|SYNM|\n")
        out += [
            f"04A|0{place}|{outstation}|{place}|0.{number % 9 + 1}|1.0|1.0|{quantity}|7|||\n"
            for place, quantity in enumerate(_QUANTITIES, 1)
        ]
    out.append(f"ZPT|SYN0000001|{systems * 7}||{systems}|20260917063000|\n")
    return "".join(out).encode()


def python_registers(content: bytes) -> pa.Table:
    """The tests' second reader of a D0010, and its readings as a table."""
    return pa.Table.from_pylist(read_d0010(content), PLAIN_REGISTER_READINGS)


def plain_registers(found: pa.Table) -> pa.Table:
    """The reader's table without its dictionaries."""
    return found.cast(PLAIN_REGISTER_READINGS)


def python_details(content: bytes) -> pl.DataFrame:
    """The tests' reader of a D0268 line by line, and its rows as a frame."""
    schema = {name: kind for name, kind in SCHEMA.items() if name != "line"}
    return pl.DataFrame(read_by_lines(content, "made up")[0], schema=schema)
