"""One run carried out and told about on the terminal."""

from __future__ import annotations

from kernels.finished import before_compiling
from validator.command.printing import tell
from validator.command.run import Options, run
from validator.report import Run


def carry_out(options: Options) -> int:
    """Run, say what came of it, and give the exit code: 0 no FAIL; 1 at least one; 2 something could not be read."""
    before_compiling(_say_that_it_compiles)
    done = run(options)
    _say(done, options)
    if done.refused or done.left_out:
        return 2
    return 1 if done.validation.outcomes["FAIL"] else 0


def _say_that_it_compiles() -> None:
    tell("Compiling, once for each installation: up to some ten seconds. `copcheck warm` does it ahead.")


def _say(done: Run, options: Options) -> None:
    outcomes = done.validation.outcomes
    readings = sum(record.readings for record in done.inputs)
    counted = ", ".join(f"{outcomes[name]:,} {name.replace('_', ' ')}" for name in reversed(list(outcomes)))
    tell(f"{sum(outcomes.values()):,} channel-days: {counted}")
    tell(f"{readings:,} readings in {done.wall_s:.2f} s; regulation {done.regulation.hash[:12]}")
    for note in done.notes:
        tell(note)
    for override in done.regulation.overrides:
        tell(f"Override: {override.description}")
    written = f"Report: {options.out / 'report.html'}" if options.report else f"Verdicts: {options.out}"
    tell(written)
