"""Small D0036 and standing-data files to give to the command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

MPAN = "1014572465589"
OTHER_MPAN = "2248274887874"
FLAT = tuple(f"{12 + k % 7 / 10:.1f}" for k in range(48))


def d0036(values: Sequence[str] = FLAT, mpan: str = MPAN, quantity: str = "AI", day: str = "20260916") -> list[str]:
    """Lines of a D0036 file with one channel-day."""
    body = [f"101|{mpan}|{quantity}|SYNS|", f"102|{day}|", *(f"103|A|{value}|" for value in values)]
    header = "ZHV|SYN0000001|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|"
    return [header, *body, f"ZPT|SYN0000001|{len(body)}||1|20260917071500|"]


def write(path: Path, lines: Sequence[str]) -> Path:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return path


def standing(folder: Path, cop: str = "8", issue: str = "1", firmware: str = "") -> Path:
    """Standing data for two meters; CoP 8 asks for AI alone, so that a plain file can pass."""
    columns = "mpan_core,role,effective_from,energised,meter_type,variant,firmware,cop,issue,rated_kva,resolution_kwh"
    rows = [
        f"{mpan},MAIN,2020-01-01,yes,Prometer 100,P3E,{firmware},{cop},{issue},1000,0.1" for mpan in (MPAN, OTHER_MPAN)
    ]
    return write(folder / "standing.csv", [columns, *rows])
