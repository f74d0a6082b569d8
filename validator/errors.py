"""Faults that are not the data's: the submission could not be read, or the tables could not be loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a submission a fault stands; lines and rows count from 1."""

    file: str
    line: int | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.row is not None:
            parts.append(f"row {self.row}")
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
        message = f"{place}: found {found}; expected {expected}"
        message = f"{message}{'' if message.endswith('?') else '.'} {action}" if action else message
        if good is not None:
            message += f". {counted.capitalize()} before it that are good: {good}"
        super().__init__(message)


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
