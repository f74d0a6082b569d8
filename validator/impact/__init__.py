"""What an amendment of a certificate does to an estate: who is certified before it and after it, and for whom it is."""

from validator.impact.amendment import Amendment, amendment_by_event, amendment_by_firmware, supposed_amendment
from validator.impact.effect import Impact, Meter, impact_of
from validator.impact.kinds import Effect, FirmwareKind
from validator.impact.supposed import read_event

__all__ = [
    "Amendment",
    "Effect",
    "FirmwareKind",
    "Impact",
    "Meter",
    "amendment_by_event",
    "amendment_by_firmware",
    "impact_of",
    "read_event",
    "supposed_amendment",
]
