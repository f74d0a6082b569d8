"""Writes the sample data and its golden verdicts: `python -m sample_data.generate`.

The same every time: the noise is seeded, and nothing asks for the date or the machine.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from sample_data import (
    clock_change_days,
    collector_day,
    formats_day,
    golden,
    history,
    normal_day,
    own_rules,
    register_week,
    review,
    write_arrow,
    write_customers,
    write_dip,
    write_registers,
    write_text,
)
from sample_data.estate import ESTATE, ON_FILE
from sample_data.submission import Submission
from sample_data.write_details import d0010_text, d0268_text
from sample_data.write_dtc import D0036, D0275, D0379, Flow, dtc_text
from sample_data.write_idd import c0121_text, c0541_text

HERE = Path(__file__).parent

Write = Callable[[Submission], bytes]


@dataclass(frozen=True)
class Sent:
    """A submission, and the files that each hold the whole of it."""

    submission: Submission
    files: dict[str, Write]


def generate(folder: Path) -> list[Path]:
    """Write everything under `folder`; the paths written."""
    content = _everything()
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [folder / name for name in content]


_LOCAL_FILES: dict[str, Write] = {
    "narrow.csv": lambda each: write_customers.narrow_csv(each.days).encode(),
    "narrow.parquet": lambda each: write_arrow.packed_parquet(write_customers.narrow_table(each.days)),
    "half_hours.csv": lambda each: write_customers.plain_csv(each.days).encode(),
}
"""Files that carry the local day's advances and statuses."""


_LAUNDRY = "formats/9900000000405_AI.schneider"


def all_sent() -> list[Sent]:
    """Every submission with its files, anew."""
    return [
        Sent(normal_day.build(), {"normal_day/readings.parquet": _parquet}),
        Sent(clock_change_days.build_short(), {"short_day/readings.csv": _wide}),
        Sent(clock_change_days.build_long(), {"long_day/readings.parquet": _parquet}),
        Sent(register_week.build(), {"register_week/readings.parquet": _parquet}),
        Sent(history.build(), {"history/readings.csv": _wide}),
        Sent(collector_day.build(), {"collector_day/SYNH_D0036_20260915.usr": _daily}),
        *_formats(),
    ]


def _formats() -> list[Sent]:
    return [
        Sent(
            formats_day.build_full(),
            {
                "formats/readings.parquet": _parquet,
                "formats/readings.arrow": lambda each: write_arrow.arrow_file_bytes(each.days),
                "formats/readings.arrows": lambda each: write_arrow.arrow_stream_bytes(each.days),
            },
        ),
        Sent(
            formats_day.build_letters(),
            {"formats/readings.csv": _wide, "formats/readings.csv.zst": lambda each: _zstd(_wide(each))},
        ),
        Sent(
            formats_day.build_advances(),
            {
                "formats/D0036.usr": _d0036,
                "formats/D0036.usr.gz": lambda each: gzip.compress(_d0036(each), mtime=0),
                **{f"formats/{name}": write for name, write in _LOCAL_FILES.items()},
                "formats/D0275.usr": lambda each: _dtc(D0275, each, "SYN0000003", "20260917063000"),
            },
        ),
        Sent(
            formats_day.build_utc(),
            {
                "formats/D0379.usr": lambda each: _dtc(D0379, each, "SYN0000004", "20260917063000"),
                "formats/stark.df2": lambda each: write_customers.df2(each.days).encode(),
                "formats/dip.json": lambda each: write_dip.messages(each.days).encode(),
            },
        ),
        Sent(
            formats_day.build_house(),
            {"formats/house.simple.csv": lambda each: write_customers.house_csv(each.days).encode()},
        ),
        Sent(
            formats_day.build_portal(),
            {"formats/portal.edf.csv": lambda each: write_customers.edf_csv(each.days).encode()},
        ),
        Sent(
            formats_day.build_supplier(),
            {"formats/supplier.bg.csv": lambda each: write_customers.british_gas_csv(each.days).encode()},
        ),
        Sent(
            formats_day.build_register(),
            {
                f"{_LAUNDRY}.csv": lambda each: write_registers.schneider_csv(each.days).encode(),
                f"{_LAUNDRY}.xlsx": lambda each: write_registers.schneider_xlsx(each.days),
            },
        ),
        Sent(
            formats_day.build_import_export(),
            {"formats/9900000000414.vital.xlsx": lambda each: write_registers.vital_xlsx(each.days)},
        ),
        Sent(
            formats_day.build_cdca(),
            {"formats/C0121.txt": lambda each: c0121_text(each.days, "20260917093000").encode()},
        ),
    ]


def _everything() -> dict[str, bytes]:
    sent = all_sent()
    content = {
        "standing.csv": write_text.standing_csv(ON_FILE).encode(),
        "own_rules/dispensations.csv": own_rules.dispensations_csv().encode(),
        "dip_mapping.toml": write_dip.MAPPING.encode(),
        "estate.csv": write_text.estate_csv(ESTATE.values()).encode(),
    }
    advances = formats_day.build_advances()
    systems = list({day.system.name: day.system for day in advances.days}.values())
    content["formats/D0010.usr"] = d0010_text(advances.days, "20260917063000").encode()
    content["formats/D0268.usr"] = d0268_text(systems, "20260917063000").encode()
    cdca = formats_day.build_cdca().days[0]
    told = (cdca.system.mpan_core, cdca.outstation_id or "", cdca.serial or "")
    content["formats/C0541.txt"] = c0541_text(*told, "20260917093000").encode()
    for each in sent:
        content |= {name: write(each.submission) for name, write in each.files.items()}
        content[f"golden/{each.submission.name}.csv"] = golden.findings_csv(each.submission).encode()
        content[f"golden/{each.submission.name}_verdicts.csv"] = golden.verdicts_csv(each.submission).encode()
    index = ((each.submission.name, name) for each in sent for name in each.files)
    content["golden/index.csv"] = write_text.csv_text(("golden", "file"), index).encode()
    content["golden/REVIEW.md"] = review.review_text([each.submission for each in sent]).encode()
    return content


def _parquet(each: Submission) -> bytes:
    return write_arrow.parquet_bytes(each.days)


def _wide(each: Submission) -> bytes:
    return write_text.wide_csv(each.days).encode()


def _daily(each: Submission) -> bytes:
    return _dtc(D0036, each, "SYN0000001", "20260916063000")


def _d0036(each: Submission) -> bytes:
    return _dtc(D0036, each, "SYN0000002", "20260917063000")


def _dtc(flow: Flow, each: Submission, identifier: str, created: str) -> bytes:
    return dtc_text(flow, each.days, identifier, created).encode()


def _zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, codec="zstd", asbytes=True)
    return packed


if __name__ == "__main__":
    for written in generate(HERE):
        print(written.relative_to(HERE))
