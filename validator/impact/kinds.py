"""The words for a meter's firmware beside an amendment, and for what the amendment does to it."""

from __future__ import annotations

from enum import StrEnum


class FirmwareKind(StrEnum):
    """What a meter's firmware is to the amendment."""

    OLD = "OLD"
    NEW = "NEW"
    OTHER_LISTED = "OTHER_LISTED"
    UNLISTED = "UNLISTED"
    UNKNOWN = "UNKNOWN"


class Effect(StrEnum):
    """What the amendment does to a meter's certification on the day."""

    GAINED = "GAINED"
    LOST = "LOST"
    STAYS_CERTIFIED = "STAYS_CERTIFIED"
    STAYS_UNCERTIFIED = "STAYS_UNCERTIFIED"
    UNDECIDED = "UNDECIDED"


FIRMWARE_MEANINGS = {
    FirmwareKind.OLD: "the firmware that is amended or loses its certificate",
    FirmwareKind.NEW: "the firmware that the amendment brings",
    FirmwareKind.OTHER_LISTED: "another firmware that is on the approvals list for this meter type",
    FirmwareKind.UNLISTED: "a firmware that is not on the approvals list for this meter type",
    FirmwareKind.UNKNOWN: "standing data gives no firmware",
}
EFFECT_MEANINGS = {
    Effect.GAINED: "certified by the amendment, and not before",
    Effect.LOST: "certified before the amendment, and not after it",
    Effect.STAYS_CERTIFIED: "certified before and after",
    Effect.STAYS_UNCERTIFIED: "certified neither before nor after",
    Effect.UNDECIDED: "cannot be judged: no governing CoP Issue, or no firmware in standing data",
}
