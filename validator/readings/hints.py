"""What the sender of a customer's file must tell, where the file does not say it itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

StampedHint: TypeAlias = Literal["auto", "start", "end"]


@dataclass(frozen=True)
class MappingText:
    """A mapping's TOML, kept elsewhere than in a file of its own; faults call it `name`."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Hints:
    """`stamps`: whether stamps mark a period's start or end, where the header does not say (`auto`: the start).

    `channels`: `MPAN/QUANTITY` of a file without identifiers, such as 9900000000015/AI. `mapping`: the TOML, as a
    file or as bytes, that says where the readings stand in an MHHS message.
    """

    stamps: StampedHint = "auto"
    channels: tuple[str, ...] = ()
    mapping: Path | MappingText | None = None


NO_HINTS = Hints()
