"""A coverage-guided fuzzer for the `|`-separated readers: `python -m tests.fuzz.target FLOW --seconds 60`.

atheris is not among the locked packages; get it by `uv pip install atheris` (or `pip install atheris`) in `.venv`.
The second readers in plain Python (tests/oracle_dtc.py, tests/oracle_idd.py) and the readers' own Python are
instrumented, so that the fuzzer is led by every branch of the rules; the compiled scanner has to say the same.
What is found is written as `crash-*` into the folder named by --findings.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: uv pip install atheris")

with atheris.instrument_imports(include=["tests.oracle_dtc", "tests.oracle_idd", "validator.readings"]):
    import numpy as np
    import pyarrow as pa

    from tests import oracle_dtc, oracle_idd
    from tests.readings.samples import TODAY, d0010_lines, flow_lines, joined
    from validator.errors import SubmissionError
    from validator.readings import read_bytes
    from validator.readings.d0268 import read_d0268
    from validator.readings.dates import EARLIEST, latest_date
    from validator.readings.pipes import LAYOUTS, pipe_batches, read_pipes
    from validator.readings.pipes.stitching import Stitched, Terms
    from validator.readings.pipes.windows import windows_of_buffer
    from validator.readings.refused import RefusedLines
    from validator.readings.source import Submission
    from validator.schema import READINGS


def _advances(flow: str) -> Callable[[bytes], None]:
    """Strictly the two readers agree; leniently nothing disappears; cut into windows nothing changes."""

    def one(content: bytes) -> None:
        if not content:
            return
        try:
            expected: list[Any] | int = _second_reader(flow, content)
        except oracle_dtc.OracleError as refused:
            expected = refused.line
        try:
            table = read_pipes(Submission("fuzzed", memoryview(content), "local", TODAY), flow).readings
        except SubmissionError as error:
            if isinstance(expected, list):
                _only_a_date(error, expected)
            elif error.place.line != expected:
                # The second reader knows no latest date, so the first fault may be an earlier date.
                _require("date" in (error.place.column or ""), f"{error.place.line} is not {expected}")
        else:
            assert isinstance(expected, list), f"read, but to be refused in line {expected}"
            table.validate(full=True)
            assert table["energy_kwh"].to_pylist() == [day.energies for day in expected]
            assert table["period_flags"].to_pylist() == [day.flags for day in expected]
            assert table["source_row"].to_pylist() == [day.line for day in expected]
        _leniently(flow, content)

    return one


def _require(right: bool, why: str) -> None:
    assert right, why


def _second_reader(flow: str, content: bytes) -> list[Any]:
    return oracle_idd.read_c0121(content) if flow == "C0121" else oracle_dtc.read_flow(content, flow)


def _only_a_date(error: SubmissionError, expected: list[Any]) -> None:
    low, high = EARLIEST, latest_date(TODAY)
    assert any(not low <= day.settlement_date <= high for day in expected), str(error)


def _leniently(flow: str, content: bytes) -> None:
    layout = LAYOUTS[flow]
    outcomes = []
    for size in (1 << 40, 64):
        refused: list[RefusedLines] = []
        stitched = Stitched(Terms("fuzzed", layout, TODAY, False, refused.append))
        windows = windows_of_buffer(np.frombuffer(content, dtype=np.uint8), layout, size)
        try:
            batches = [batch.readings for batch in pipe_batches(windows, stitched)]
        except SubmissionError as error:
            outcomes.append((str(error), 0))
            continue
        table = pa.Table.from_batches(batches, READINGS).combine_chunks()
        table.validate(full=True)
        lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        sent = sum(line.startswith(f"{layout.row}|".encode()) for line in lines)
        left_out = sum(each.channel_days for each in refused)
        assert sent == len(table) + left_out, f"{sent} in, {len(table)} out, {left_out} refused"
        outcomes.append((str(table["energy_kwh"].to_pylist()), left_out))
    assert outcomes[0] == outcomes[1], "a cut changes what is read"


def _never_crashes(word: str) -> Callable[[bytes], None]:
    def one(content: bytes) -> None:
        if not content:
            return
        try:
            read_bytes(content, "fuzzed", format=word, today=TODAY)
        except SubmissionError as error:
            str(error)

    return one


def _details(content: bytes) -> None:
    try:
        read_d0268(content, "fuzzed")
    except SubmissionError as error:
        str(error)


TARGETS: dict[str, Callable[[bytes], None]] = {
    **{flow: _advances(flow) for flow in LAYOUTS},
    "D0010": _never_crashes("D0010"),
    "C0101": _never_crashes("C0101"),
    "C0541": _never_crashes("C0541"),
    "D0268": _details,
}


def seeds(word: str) -> list[bytes]:
    """Whole files of a flow to begin with."""
    if word in oracle_dtc.RECORDS:
        small = joined(flow_lines(word, values=["1.5", "", "-0.25"], days=["20260401", "20260402"]))
        return [small, small + b"\n" + small, small.replace(b"\n", b"\r\n")]
    bodies = {
        "C0121": ["RMD|9901|", "MS9|20260401|", "OS9|O|", "CN9|1|AI|M|", "RMP|1|1.5|A|", "RMP|3|2.5|C|", "CN9|2|AE|C|"],
        "C0101": ["MSE|9901|", "SDE|20260401|", "OSD|O|", "CND|1|AI|M|", "SPE|1|2.5|B|x|"],
        "C0541": ["PD8|PARTY|", "MSX|9901|PLACE|", "OSA|AA|1|2|3|"],
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


def main() -> None:
    """Fuzz one flow for a bounded time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flow", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--findings", type=Path, default=Path("fuzz_findings"))
    chosen = parser.parse_args()
    corpus = chosen.findings / chosen.flow
    corpus.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(seeds(chosen.flow)):
        (corpus / f"seed{place}").write_bytes(seed)
    words = corpus.with_suffix(".dict")
    records = ["101|", "102|", "103|A|", "25B|", "26B|", "27B|", "66L|", "ZHV|", "ZPT|", "RMD|", "MS9|", "OS9|", "CN9|"]
    records += [
        "RMP|",
        "AAA|",
        "ZZZ|",
        "OPER|",
        "TR01|",
        "20260401",
        "||",
        "|\\x0a",
        "026|",
        "028|",
        "030|",
        "01A|",
        "02A|",
    ]
    words.write_text("".join(f'"{word}"\n' for word in records))
    arguments = [sys.argv[0], str(corpus), f"-max_total_time={chosen.seconds}", f"-dict={words}", "-timeout=60"]
    arguments += [f"-artifact_prefix={chosen.findings}/", "-max_len=2000", "-print_final_stats=1", "-rss_limit_mb=4096"]
    atheris.Setup(arguments, TARGETS[chosen.flow])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
