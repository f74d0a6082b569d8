"""`copcheck convert` of register readings."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.command.conftest import Command
from tests.readings.samples import MPAN, d0010_lines, joined


def test_the_command_says_how_many(tmp_path: Path, copcheck: Command) -> None:
    sent, out = tmp_path / "sent.usr", tmp_path / "out.arrow"
    body = (f"026|{MPAN}|V|", "028|S95A 00001|M|", "030|01|20260401093000|1|||T|N|", "029|1|20260401093000|12.5|")
    sent.write_bytes(joined(d0010_lines(*body)))
    said = copcheck("convert", str(sent), "--out", str(out))
    assert said.code == 0
    assert "1 register reading, D0010 to arrow-file" in said.err
    assert "1 line of group 029" in said.err
    assert pl.read_ipc(out).height == 1
