"""The same readings written in every format of bulk data, for readers and their peers: one day, or one long channel."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from benchmarks import customers, estate
from benchmarks.delimited import closed_by_the_cdca, flow_bytes

FLOWS = {"D0036.usr": "D0036", "D0275.usr": "D0275", "D0379.usr": "D0379", "C0121.txt": "C0121"}
RECORD_FILES = {"D0010.usr": "D0010", "D0268.usr": "D0268"}
LONG_CHANNEL = "9900000000404_AI.schneider.csv"
"""Its name says whose it is: the file itself names neither meter nor channel."""
SCHNEIDER_DAYS = 2_000
SCHNEIDER_SHEET, VITAL_SHEET, SHEET_DAYS = "9900000000404_AI.schneider.xlsx", "9900000000404.vital.xlsx", 200
STATUS = "C0541.txt"
MESSAGES = "messages.dip.json"
MAPPING = Path(__file__).parents[1] / "sample_data" / "dip_mapping.toml"
"""Where the readings stand in the messages, whose block is made up."""


def write_all(systems: int, folder: Path) -> dict[str, int]:
    """Every file, and the number of half-hourly energies (or register readings, or meters) in it."""
    table = estate.numbers_everywhere(systems)
    readings = table.num_rows * estate.PERIODS
    for name, write in _WRITERS.items():
        write(table, folder / name)
    for name, word in (FLOWS | RECORD_FILES).items():
        (folder / name).write_bytes(flow_bytes(word, systems))
    (folder / STATUS).write_bytes(_status_bytes(systems))
    # A half hour is the difference of two readings, and of Vital's three.
    customers.write_schneider(SCHNEIDER_DAYS * estate.PERIODS + 1, folder / LONG_CHANNEL)
    customers.write_schneider_sheet(SHEET_DAYS * estate.PERIODS + 1, folder / SCHNEIDER_SHEET)
    customers.write_vital_sheet(2 * SHEET_DAYS * estate.PERIODS + 1, folder / VITAL_SHEET)
    return {
        **dict.fromkeys((*_WRITERS, *FLOWS), readings),
        LONG_CHANNEL: SCHNEIDER_DAYS * estate.PERIODS, SCHNEIDER_SHEET: SHEET_DAYS * estate.PERIODS,
        VITAL_SHEET: 2 * SHEET_DAYS * estate.PERIODS, "D0010.usr": 2 * table.num_rows, "D0268.usr": systems,
        STATUS: systems + 1,
    }  # fmt: skip


def _status_bytes(systems: int) -> bytes:
    """Meter status of the CDCA: one outstation, and a meter for each metering system."""
    head = [
        "AAA|C0541001|D|20260917093000|CD|CDCA|SY|SYNS|1|OPER|",
        "PD8|SYNS|",
        "MSX|9901|MADE UP|",
        "ODF|OUT0009901|3|",
    ]
    meters = (
        f"MCD|OUT0009901|EX{number:06d}M|01|1|OUT0009901|CHK{number:06d}|01|1|SUB1|AI|-12.5|0.4|"
        for number in range(systems)
    )
    return closed_by_the_cdca([*head, *meters])


def _write_messages(table: pa.Table, path: Path) -> None:
    """MHHS messages, one for each channel-day, in the made-up block of the sample's mapping."""
    words = {"AI": "ACTIVE_IMPORT", "AE": "ACTIVE_EXPORT", "RI": "REACTIVE_IMPORT", "RE": "REACTIVE_EXPORT"}
    messages = []
    for number, row in enumerate(table.to_pylist()):
        periods = [{"p": at, "value": value, "quality": "A"} for at, value in enumerate(row["energy_kwh"], 1)]
        common = {
            "S0": {"interfaceID": "IF-021", "schemaVersion": "000", "eventCode": ""},
            "S1": {"environmentTag": "SYN", "senderUniqueReference": f"SYN{number:07d}"},
            "M0": {"MPANCore": row["mpan_core"]}, "A0": {}, "D0": {"transactionID": f"SYN-T{number:07d}"},
        }  # fmt: skip
        block = {
            "utcSettlementDate": f"{row['settlement_date']:%Y-%m-%d}",
            "quantity": words[row["measurement_quantity"]], "periods": periods,
        }  # fmt: skip
        messages.append({"payload": {"CommonBlock": common, "CustomBlock": {"PLACEHOLDER": block}}})
    path.write_text(json.dumps(messages, separators=(",", ":")), encoding="utf-8")


def _write_arrow_file(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _write_arrow_stream(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def write_wide(table: pa.Table, path: Path) -> None:
    names = ["mpan_core", "measurement_quantity", "role", "settlement_date"]
    columns = [table[name].to_pylist() for name in names]
    with path.open("w", encoding="ascii", newline="\n") as out:
        out.write(",".join([*names, *(f"p{k}" for k in range(1, estate.PERIODS + 1))]) + "\n")
        for *named, values in zip(*columns, customers.wide_rows(table), strict=True):
            out.write(f"{','.join(map(str, named))},{','.join(values)}\n")


_WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {
    "day.parquet": estate.write_parquet,
    "day.arrow": _write_arrow_file,
    "day.arrows": _write_arrow_stream,
    "wide.csv": write_wide,
    "narrow.csv": lambda table, path: customers.narrow(table).write_csv(path),
    "narrow.parquet": lambda table, path: customers.narrow(table).write_parquet(path),
    "plain.csv": lambda table, path: customers.plain(customers.narrow(table)).write_csv(path),
    "stark.df2": lambda table, path: customers.write_df2(customers.narrow(table), path),
    "gas.bg.csv": customers.write_british_gas,
    "portal.edf.csv": customers.write_edf,
    MESSAGES: _write_messages,
}
