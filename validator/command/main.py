"""The `copcheck` command from its words to its exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from validator.command.at_end import AT_END
from validator.command.parts import PARTS, Part
from validator.command.plain import plain_options
from validator.errors import RegistryError, RegulationError, SubmissionError

UNREADABLE = 2
"""Exit code where a submission or a table could not be read."""
INTERRUPTED = 130


def main(others: Sequence[Part] = ()) -> None:
    """Run the command; a fault of the submission, the tables or the registry is a message and exit code 2."""
    try:
        with AT_END:
            _run(others)
    except (SubmissionError, RegulationError, RegistryError) as fault:
        from validator.command.printing import tell

        tell(str(fault))
        sys.exit(UNREADABLE)


def _run(others: Sequence[Part]) -> None:
    plain = plain_options(sys.argv[1:])
    # Only then: Typer, and what it checks its options with, take 0.1 s of a run of 0.6 s.
    if plain is None:
        from validator.command.app import asked

        asked((*PARTS, *others))()
        return
    from validator.command.run import Options
    from validator.command.told import carry_out

    try:
        sys.exit(carry_out(Options(**plain)))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
