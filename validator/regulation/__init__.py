"""What the Codes of Practice ask for: dated, cited rows, and the answers that follow from them."""

from validator.regulation.certification import WORDS, Dated, Decision
from validator.regulation.governing import Governing
from validator.regulation.limits import IssueLimits
from validator.regulation.loading import load_regulation, load_tables
from validator.regulation.protocol import ProtocolStep
from validator.regulation.regulation import Regulation
from validator.regulation.rows import AccuracyLimit, CopIssue, Dispensation, Limit, Override, Source
from validator.regulation.ruling import Ruling
from validator.regulation.situation import Situation

__all__ = [
    "WORDS",
    "AccuracyLimit",
    "CopIssue",
    "Dated",
    "Decision",
    "Dispensation",
    "Governing",
    "IssueLimits",
    "Limit",
    "Override",
    "ProtocolStep",
    "Regulation",
    "Ruling",
    "Situation",
    "Source",
    "load_regulation",
    "load_tables",
]
