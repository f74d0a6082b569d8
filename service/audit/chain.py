"""A chain of manifests: each link's hash covers the link before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from service.database import Manifest
from service.database.adding import add

FIRST = "0" * 64
"""What stands before the first link."""


def append(connection: Connection, manifests: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Adds links, each for a submission's id; the transaction must hold the chain (`Database.lock_chain`)."""
    last = connection.execute(select(Manifest.seq, Manifest.hash).order_by(Manifest.seq.desc()).limit(1)).one_or_none()
    seq, previous = (0, FIRST) if last is None else (last.seq, last.hash)
    rows = []
    for submission_id, body in manifests:
        seq += 1
        text = _canonical(body)
        link = link_hash(seq, previous, text)
        rows.append({"seq": seq, "submission_id": submission_id, "body": text, "previous": previous, "hash": link})
        previous = link
    add(connection, Manifest, rows)


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


def link_hash(seq: int, previous: str, body: str) -> str:
    """SHA-256 over the place in the chain, the hash of the link before, and the manifest's text."""
    return hashlib.sha256(f"{seq}\n{previous}\n{body}".encode()).hexdigest()
