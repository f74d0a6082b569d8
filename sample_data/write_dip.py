"""Writes MHHS messages around a made-up block, and the mapping that says where things stand in it (formats.md B7)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sample_data.days import ChannelDay
from sample_data.statuses import letter

MAPPING = """\
# A made-up placeholder. IF-021's own block is not known to copcheck: PLACEHOLDER and all names under it are invented,
# and no real message has them. Write down here where the readings stand in the messages that you receive.

interface = "IF-021"
mpan_core = "CommonBlock.M0.MPANCore"
settlement_date = "CustomBlock.PLACEHOLDER.utcSettlementDate"
periods = "CustomBlock.PLACEHOLDER.periods"

# These three are within each entry of the periods. Without `period`, entries are in order from 1; without `quality`,
# the message carries no statuses.
period = "p"
value = "value"
quality = "quality"

# Instead of `path` and `words`: always = "AI"
[quantity]
path = "CustomBlock.PLACEHOLDER.quantity"
words = { ACTIVE_IMPORT = "AI", ACTIVE_EXPORT = "AE", REACTIVE_IMPORT = "RI", REACTIVE_EXPORT = "RE" }

# A word that is not here is an invalid status. A: actual; E: estimated.
[quality_words]
A = "A"
E1 = "E"
"""

_QUANTITIES = {"AI": "ACTIVE_IMPORT", "AE": "ACTIVE_EXPORT", "RI": "REACTIVE_IMPORT", "RE": "REACTIVE_EXPORT"}
_QUALITIES = {"A": "A", "E": "E1"}


def messages(days: Sequence[ChannelDay]) -> str:
    """A message a channel-day, in one list; a half hour without a value does not come."""
    return json.dumps([_message(number, day) for number, day in enumerate(days, 1)], indent=1) + "\n"


def _message(number: int, day: ChannelDay) -> dict[str, Any]:
    statuses = [letter(flags) for flags in day.flags or [0] * len(day.values)]
    entries = [
        {"p": period, "value": value, "quality": _QUALITIES[status]}
        for period, (value, status) in enumerate(zip(day.values, statuses, strict=True), 1)
        if value is not None
    ]
    common = {
        "S0": {"interfaceID": "IF-021", "schemaVersion": "000", "eventCode": ""},
        "S1": {"environmentTag": "SYN", "senderUniqueReference": f"SYN{number:07d}"},
        "M0": {"MPANCore": day.system.mpan_core},
        "A0": {},
        "D0": {"transactionID": f"SYN-T{number:07d}"},
    }
    block = {"utcSettlementDate": day.on.isoformat(), "quantity": _QUANTITIES[day.quantity], "periods": entries}
    return {"payload": {"CommonBlock": common, "CustomBlock": {"PLACEHOLDER": block}}}
