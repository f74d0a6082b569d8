"""Faults that are not the data's: the submission could not be read, or the tables could not be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a submission a fault stands; lines and rows count from 1, bytes from 0.

    `byte` is for what has neither lines nor rows where it is damaged.
    """

    file: str
    line: int | None = None
    row: int | None = None
    column: str | None = None
    byte: int | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.byte is not None:
            parts.append(f"byte {self.byte}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


class SubmissionError(Exception):
    """A submission cannot be read; says where, what was found, what was expected and what to do.

    A fault in the data is never one of these: it is a verdict. `good` is the number of channel-days (or of what else
    the file has, as `counted` says) before the fault that could be read, where that was counted.
    """

    def __init__(
        self,
        place: Place,
        found: str,
        expected: str,
        action: str = "",
        *,
        good: int | None = None,
        counted: str = "channel-days",
    ) -> None:
        self.place = place
        self.found = found
        self.expected = expected
        self.action = action
        self.good = good
        self.counted = counted
        sentences = [f"{place}: found {found}; expected {expected}", action]
        if good is not None:
            sentences.append(f"{counted.capitalize()} before it that are good: {good}")
        said = [each for each in sentences if each]
        ended = [each if each.endswith(("?", ".")) else f"{each}." for each in said[:-1]]
        super().__init__(" ".join([*ended, said[-1]]))

    def again(self, *, place: Place | None = None, good: int | None = None, counted: str | None = None) -> Self:
        """The same fault at another place, or with what is good before it; what is not given stays."""
        return type(self)(
            place or self.place,
            self.found,
            self.expected,
            self.action,
            good=self.good if good is None else good,
            counted=counted or self.counted,
        )


class TooLargeError(SubmissionError):
    """A submission that becomes larger than the cap when it is decompressed, decoded or written out."""


class RegulationError(Exception):
    """The regulation tables cannot be trusted; the message is `file:line: what, why`."""

    def __init__(self, file: str, line: int, what: str, why: str) -> None:
        self.file = file
        self.line = line
        self.what = what
        self.why = why
        super().__init__(f"{file}:{line}: {what}, {why}")


class RegistryError(Exception):
    """The registry cannot do what was asked; says what was found, what was expected and what to do.

    `faults` are the faults of single rows, where there are any. Whatever it is, the registry is as it was.
    """

    def __init__(self, found: str, expected: str, action: str = "", faults: tuple[str, ...] = ()) -> None:
        self.found = found
        self.expected = expected
        self.action = action
        self.faults = faults
        message = f"registry: found {found}; expected {expected}"
        message = f"{message.removesuffix('.')}{'' if message.endswith('?') else '.'} {action}" if action else message
        super().__init__("\n".join((message, *faults)))
