"""One fingerprint of all the tables, for reports: the same content, the same hash, wherever it stands."""

from __future__ import annotations

import json
from hashlib import sha256

from validator.regulation.tables import SHAPES, RawTables


def tables_hash(raw: RawTables) -> str:
    """SHA-256, in hexadecimal, of every table's name and its rows in order.

    Line endings, quoting, the order of columns, blank optional columns and the folder make no difference;
    the order of rows does.
    """
    content = [
        [
            name,
            [[[column, row.cells[column]] for column in shape.columns if row.cells[column]] for row in raw[name]],
        ]
        for name, shape in SHAPES.items()
    ]
    canonical = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return sha256(canonical.encode("ascii")).hexdigest()


def supposed_hash(on_file: str, supposition: str) -> str:
    """The fingerprint of tables that suppose something other than what is on file, told apart from it."""
    return sha256(f"{on_file}\n{supposition}".encode()).hexdigest()
