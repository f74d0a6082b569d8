"""Identifiers that sort by the time they were made."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """32 hexadecimal digits: twelve of milliseconds since 1970, twenty at random."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
