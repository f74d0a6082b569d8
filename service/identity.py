"""Identifiers that sort by the time they were made."""

from __future__ import annotations

import random
import time

# Ids tell things apart and guard nothing. The system is asked for its random bits once: to ask it each time would
# have the event loop wait for its turn among the threads.
_bits = random.Random().getrandbits  # noqa: S311


def new_id() -> str:
    """32 hexadecimal digits: twelve of milliseconds since 1970, twenty at random."""
    return f"{time.time_ns() // 1_000_000:012x}{_bits(80):020x}"


def new_request_id() -> str:
    """16 hexadecimal digits at random."""
    return f"{_bits(64):016x}"
