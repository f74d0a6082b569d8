"""Writing into a folder of tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FORMATS = "cop,from_issue,limit,value,unit,source,status,note"
ACCURACY = "cop,from_issue,energy,load_from_pct,load_to_pct,load_to_inclusive,power_factor,limit_pct,source,status,note"
POLICY = "policy,value,unit,source,status,note"
APPROVALS = (
    "manufacturer,meter_type,variant,mounting,outstation_integral,firmware,replaces_firmware,cop,issue,"
    "committees,valid_from,valid_from_precision,valid_to,basis,protocol_affected,source,status"
)
PROTOCOL = "collector,outstation_type,action,instation_software,date,date_precision,status"
SOURCES = "source,title,publisher,dated,note"


@dataclass(frozen=True)
class Folder:
    path: Path

    def lines(self, table: str) -> list[str]:
        return (self.path / table).read_text(encoding="utf-8").splitlines()

    def write(self, table: str, *lines: str) -> Path:
        (self.path / table).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.path

    def append(self, table: str, line: str) -> int:
        """Adds a row and returns its line number."""
        lines = [*self.lines(table), line]
        self.write(table, *lines)
        return len(lines)

    def set_line(self, table: str, number: int, line: str) -> None:
        lines = self.lines(table)
        lines[number - 1] = line
        self.write(table, *lines)

    def find(self, table: str, start: str) -> int:
        """The number of the only line that begins with `start`."""
        found = [at for at, line in enumerate(self.lines(table), 1) if line.startswith(start)]
        assert len(found) == 1, (table, start, found)
        return found[0]

    def drop(self, table: str, start: str) -> None:
        lines = self.lines(table)
        del lines[self.find(table, start) - 1]
        self.write(table, *lines)
