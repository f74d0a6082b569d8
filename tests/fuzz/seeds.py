"""Whole files to begin with, small so that the fuzzer changes what matters, and words to build others from."""

from __future__ import annotations

import io
import json
import zipfile

import polars as pl
import pyarrow as pa

from tests import oracle_dtc, oracle_idd
from tests.readings import customers
from tests.readings.samples import MPAN, csv, csv_row, d0010_lines, file, flow_lines, joined, parquet, stream, table
from tests.readings.test_arrow_writers import polars_file, words
from tests.readings.test_narrow_tables import narrow

SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(sheet: bytes) -> bytes:
    """A workbook with this as its sheet; the other parts are whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_WORKBOOK)) as whole, zipfile.ZipFile(out, "w") as spoilt:
        for each in whole.infolist():
            spoilt.writestr(each.filename, sheet if each.filename == SHEET else whole.read(each))
    return out.getvalue()


def sheet_of(workbook: bytes) -> bytes:
    """The sheet of a workbook."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as whole:
        return whole.read(SHEET)


_WORKBOOK = customers.vital_xlsx()
_TIMES = customers.times(4)
_LABELS = {f"{at:%d/%m/%Y %H:%M:%S}": index for index, at in enumerate(_TIMES)}


def _rows_of(content: bytes, count: int) -> bytes:
    """The first lines of a file."""
    return b"".join(content.splitlines(keepends=True)[:count])


def _frame(sent: pa.Table) -> pl.DataFrame:
    found = pl.from_arrow(sent)
    assert isinstance(found, pl.DataFrame)
    return found


def _customer_seeds() -> dict[str, list[bytes]]:
    plain = _rows_of(customers.plain_csv(), 4).split(b"\n", 1)[1]
    autumn = joined([f"{MPAN},AI,26/10/2025 {time},1.5,E" for time in ("01:00", "01:30", "02:00", "01:30", "02:00")])
    small = customers.df2(*(f"{at:%d/%m/%y,%H:%M},1.5,A" for at in _TIMES))
    twice = joined(["#F2", f"#O {MPAN}-Site", "#S 1", "01/04/2026,00:30,1.5,A", "#S 3", "01/04/2026,00:30,2,E"])
    schneider = joined([f'{label},"1,00{index}.5",,,' for label, index in reversed(_LABELS.items())])
    narrow_rows = joined([f"{MPAN},AI,MAIN,2026-04-01,{period},1.5,A" for period in (1, 2, 4)])
    stamped = joined([f'"{MPAN}",AI,2026-04-01 0{hour}:00,1.5' for hour in (1, 2)])
    wide = csv(csv_row(["1.5"] * 48, ["A"] * 50), flags=50)
    message = customers.dip({"p": 1, "value": 1.5, "quality": "A"}, {"p": "3", "value": "2.5", "quality": "E1"})
    two = json.dumps([*json.loads(message), *json.loads(message)]).encode()
    short_day = customers.edf(("1.5",) * 46, ("Estimated",) * 46, on="29-03-2026")
    sheets = [
        customers.vital_xlsx([(label, index, index) for label, index in _LABELS.items()]),
        customers.schneider_xlsx([(f"{at:%Y-%m-%d %H:%M:%S} +1H, DST", at.hour) for at in _TIMES]),
    ]
    return {
        "df2": [small, twice, small.replace(b",A", b"")],
        "csv-british-gas": [customers.british_gas(count=2), customers.british_gas(("0. 262",) * 48, "1.5,")],
        "csv-edf": [each.split(b"\n", 1)[1] for each in (customers.edf(), short_day)],
        "csv-half-hour": [plain, autumn],
        "csv-half-hour-quoted": [plain, plain.replace(b",1.5,", b',"1.5",')],
        "csv-schneider": [schneider, schneider.replace(b'"', b"").replace(b"1,00", b"1")],
        "csv-narrow": [narrow_rows, narrow_rows.replace(b"2026-04-01,4", b"2025-10-26,50")],
        "csv-narrow-stamped": [stamped, stamped.replace(b":00,", b":00Z,")],
        "csv-wide": [wide.split(b"\n", 1)[1]],
        "dip": [message, two],
        "xlsx": sheets,
        "xlsx-sheet": [sheet_of(each) for each in sheets],
        "parquet": [parquet(table(2)), parquet(narrow(4)), parquet(table(2), compression="zstd")],
        "arrow-file": [file(table(3)), polars_file(words(_frame(narrow(4)))), polars_file(_frame(table(1)), "zstd")],
        "arrow-stream": [stream(table(3)), stream(narrow(4), "lz4")],
    }


def seeds(word: str) -> list[bytes]:
    """Whole files of a target to begin with."""
    word = word.removesuffix("-leniently")
    customers_own = _customer_seeds()
    if word in customers_own:
        return customers_own[word]
    if word in oracle_dtc.RECORDS:
        small = joined(flow_lines(word, values=["1.5", "", "-0.25"], days=["20260401", "20260402"]))
        return [small, small + b"\n" + small, small.replace(b"\n", b"\r\n")]
    bodies = {
        "C0121": ["RMD|9901|", "MS9|20260401|", "OS9|O|", "CN9|1|AI|M|", "RMP|1|1.5|A|", "RMP|3|2.5|C|", "CN9|2|AE|C|"],
        "C0101": ["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|x|"],
        "C0541": list(oracle_idd.STATUS),
    }
    if word in bodies:
        return [joined(oracle_idd.enveloped(bodies[word], word=word))]
    if word == "D0010":
        return [joined(d0010_lines())]
    body = ["01A|9900000000015|20260401|5|6|F|X|400|3|I||", "03A|S1|MAKE|20250115|5|1/1|400/5|3P4W|A|20250115|MAPX|"]
    body += ["02A|OUT1|TYPE1" + "|" * 22, "04A|01|OUT1|1|0.1|1.0|1.0|AI|6|||"]
    return [joined([*_details_header(), *body, f"ZPT|S|{len(body)}||1|20260402060000|"])]


def _details_header() -> list[str]:
    return ["ZHV|S|D0268002|M|MOPX|C|HHDC|20260402060000||||OPER|"]


WORDS = (
    *("101|", "102|", "103|A|", "25B|", "26B|", "27B|", "66L|", "ZHV|", "ZPT|", "RMD|", "MS9|", "OS9|", "CN9|", "RMP|"),
    *("AAA|", "ZZZ|", "OPER|", "TR01|", "20260401", "||", "|\\x0a", "026|", "028|", "030|", "01A|", "02A|"),
    *("#F2", "#O ", "#S 1", ",A", ",Actual", ",Estimated", ",-", "01/04/2026", "26/10/2025", "29/03/2026"),
    *("00:30", "23:30", "24:00", "01:30", "2026-04-01", "2025-10-26 01:30", "+01:00", "Z", "AI", "RE", "MAIN", "CHECK"),
    *(",,", "\\x0d\\x0a", "nan", "1e400", "-0", "1,234", "CommonBlock", "PLACEHOLDER", "periods", "null", "NaN"),
    *("\\xef\\xbb\\xbf", "\\xff"),
)
"""For the fuzzer's dictionary, as libFuzzer writes them."""
