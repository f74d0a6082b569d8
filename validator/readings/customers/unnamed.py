"""Who the channels are of a file that does not name them: as the caller says, else as the file's name says."""

from __future__ import annotations

import re
from pathlib import PurePath

from validator.readings.source import Submission
from validator.schema import QUANTITIES

_CHANNEL = re.compile(r"([0-9]{13}|[0-9]{4})/(" + "|".join(QUANTITIES) + ")")
_MPAN = re.compile(r"(?<![0-9])[0-9]{13}(?![0-9])")
_QUANTITY = re.compile(r"(?<![A-Za-z])(" + "|".join(QUANTITIES) + r")(?![A-Za-z])")
_SAY = "Say --channel MPAN/QUANTITY, or put both in the file's name, such as 9900000000112_AI.schneider.csv"


def given_channels(submission: Submission) -> list[tuple[str, str]]:
    """The MPAN cores and quantities that the caller gave."""
    channels = []
    for text in submission.hints.channels:
        found = _CHANNEL.fullmatch(text)
        if not found:
            raise submission.refuse(
                f"--channel {text}",
                "MPAN/QUANTITY, such as 9900000000112/AI",
                f"Quantities are {', '.join(QUANTITIES)}",
            )
        channels.append((found.group(1), found.group(2)))
    return channels


def given_quantity(submission: Submission, mpan_core: str) -> str:
    """The quantity that the caller gave for an MPAN core; active import where none was given."""
    return next((quantity for mpan, quantity in given_channels(submission) if mpan == mpan_core), "AI")


def only_channel(submission: Submission, title: str) -> tuple[str, str]:
    """The MPAN core and quantity of a file with one channel; `title` is what the file itself says of it.

    They come from the caller; else the MPAN core from `title` or the file's name, and the quantity from the file's name
    (a title's words could be mistaken for one). Raises SubmissionError where one is not told, or told in two ways.
    """
    given = given_channels(submission)
    if len(given) > 1:
        raise submission.refuse(f"{len(given)} channels given", "one, for this file has one", "Say --channel once")
    if given:
        return given[0]
    name = PurePath(submission.name).name
    mpan = _told(submission, _MPAN, "MPAN core", (title, name))
    return mpan, _told(submission, _QUANTITY, "measurement quantity", (name,))


def mpan_of(submission: Submission, quantity: str) -> str:
    """The MPAN core behind a quantity that the file itself tells apart."""
    given = given_channels(submission)
    if not given:
        return _told(submission, _MPAN, "MPAN core", (PurePath(submission.name).name,))
    mpans = [mpan for mpan, named in given if named == quantity]
    if len(mpans) != 1:
        raise submission.refuse(
            f"{len(mpans)} channels given for {quantity}", "one", f"Say --channel MPAN/{quantity} once"
        )
    return mpans[0]


def _told(submission: Submission, pattern: re.Pattern[str], what: str, texts: tuple[str, ...]) -> str:
    for text in texts:
        found = list(dict.fromkeys(match.group() for match in pattern.finditer(text)))
        if len(found) == 1:
            return found[0]
        if found:
            raise submission.refuse(f"{' and '.join(found)}", f"one {what}", _SAY)
    raise submission.refuse(f"no {what}: this format does not carry one", f"one {what}", _SAY)
