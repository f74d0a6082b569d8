"""One run from options to a written report; what the command and other callers share."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from validator.command.printing import tell
from validator.command.rules import rules_of
from validator.errors import Place, SubmissionError
from validator.readings import Hints, Source, expand_inputs, read_submission, require_something
from validator.readings.hints import StampedHint
from validator.registers import JoinedRegisters, join_registers
from validator.report import InputRecord, Refused, Run, require_writable, write_run
from validator.report.left_out import left_out_notes
from validator.report.reported import reported_notes, status_notes
from validator.schema import READINGS
from validator.validation import validate_readings


@dataclass(frozen=True)
class Options:
    """What a person asked for; the fields are the command's options."""

    inputs: tuple[str, ...]
    standing: Path | None
    collector: str | None
    regulation: Path | None
    known_on: str | None
    time_base: Literal["local", "utc"]
    out: Path
    jobs: int
    format: str
    registry: str | None = None
    lenient: bool = False
    allow_test_data: bool = False
    stamps: StampedHint = "auto"
    channels: tuple[str, ...] = ()
    mapping: Path | None = None
    report: bool = True

    @property
    def hints(self) -> Hints:
        """What the inputs leave unsaid."""
        return Hints(self.stamps, self.channels, self.mapping)


def run(options: Options) -> Run:
    """Read, validate and write; SubmissionError where nothing at all could be read.

    An unreadable input is reported and the others are still validated.
    """
    started_at, started = datetime.now(UTC), time.perf_counter()
    require_writable(options.out)
    # One file rarely keeps all threads at work: the rules are read meanwhile, and decoding has the rest of the time.
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(_read, options)
        rules = rules_of(options.registry, options.standing, options.known_on, options.regulation)
        stages = {"tables": time.perf_counter() - started}
        since = time.perf_counter()
        sources, refused = reading.result()
    if not sources:
        raise SubmissionError(
            Place(", ".join(options.inputs)),
            f"no readable input among {len(refused)}",
            "at least one",
            "Nothing was written; each refusal stands above",
        )
    received = joined(sources)
    stages["decode"] = time.perf_counter() - since
    since = time.perf_counter()
    standing = rules.standing(lambda: pc.unique(received["mpan_core"]).to_pylist())
    stages["tables"] += time.perf_counter() - since
    since = time.perf_counter()
    matched = join_registers(received, [source.registers for source in sources], standing)
    readings = matched.readings
    stages["decode"] += time.perf_counter() - since
    validation = validate_readings(readings, standing, rules.regulation, collector=options.collector, jobs=options.jobs)
    stages.update(validation.stages)
    done = Run(
        validation=validation,
        regulation=rules.regulation,
        inputs=tuple(_record(source) for source in sources),
        refused=tuple(refused),
        left_out=tuple(each for source in sources for each in source.refused),
        notes=_notes(sources, matched),
        reported=tuple(each for source in sources for each in source.reported),
        statuses=tuple(each for source in sources for each in source.statuses),
        unmatched_registers=matched.unmatched,
        standing_name=standing.name,
        standing_sha256=standing.sha256,
        started_at=started_at,
        wall_s=time.perf_counter() - started,
        stages=stages,
        # The registry's address may hold a password: its name does not.
        options={name: _plain(value) for name, value in {**asdict(options), "registry": rules.registry_name}.items()},
    )
    write_run(options.out, done, page=options.report)
    return done


def _notes(sources: list[Source], matched: JoinedRegisters) -> tuple[str, ...]:
    """What a person should know of the inputs, besides verdicts."""
    notes = [note for source in sources for note in source.notes]
    for source in sources:
        notes += left_out_notes(source.name, source.refused)
    if any(source.registers for source in sources):
        notes += matched.notes()
    notes += reported_notes(matched.readings, [each for source in sources for each in source.reported])
    notes += status_notes(matched.readings, [each for source in sources for each in source.statuses])
    return tuple(notes)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, int | str | None) else str(value)


def _read(options: Options) -> tuple[list[Source], list[Refused]]:
    paths = expand_inputs(options.inputs)
    sources: list[Source] = []
    refused: list[Refused] = []
    for path, outcome in _progress(paths, _each(options, paths)):
        if isinstance(outcome, SubmissionError):
            refused.append(Refused(str(path), str(outcome)))
            tell(f"Refused: {outcome}")
            continue
        sources.append(outcome)
    _warn_of_repeats(sources)
    return sources, refused


def _each(options: Options, paths: list[Path | Literal["-"]]) -> Iterator[Source | SubmissionError]:
    def read(path: Path | Literal["-"]) -> Source | SubmissionError:
        try:
            source = read_submission(
                path,
                format=options.format,
                time_base=options.time_base,
                jobs=max(1, options.jobs // len(paths)),
                allow_test_data=options.allow_test_data,
                lenient=options.lenient,
                hints=options.hints,
            )
            return require_something(source)
        except SubmissionError as fault:
            return fault

    with ThreadPoolExecutor(options.jobs) as threads:
        yield from threads.map(read, paths)


def _progress(
    paths: list[Path | Literal["-"]], outcomes: Iterator[Source | SubmissionError]
) -> Iterator[tuple[Path | Literal["-"], Source | SubmissionError]]:
    """Inputs and what became of them, behind a bar on a terminal and none in a pipe."""
    if not sys.stderr.isatty():
        yield from zip(paths, outcomes, strict=True)
        return
    # Only here: it takes longer to import than a small file takes to read.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading", total=len(paths))
        for path, outcome in zip(paths, outcomes, strict=True):
            bar.advance(task)
            yield path, outcome


def _warn_of_repeats(sources: list[Source]) -> None:
    """Say so where one file came twice: its channel-days are judged, and the later ones are duplicates."""
    first_of: dict[str, str] = {}
    for source in sources:
        first = first_of.get(source.sha256)
        first_of.setdefault(source.sha256, source.name)
        if first is not None:
            tell(f"{source.name} has the same content as {first}: its channel-days are duplicates")


def joined(sources: list[Source]) -> pa.Table:
    """The readings of all sources, one after another."""
    return pa.concat_tables([source.readings.cast(READINGS) for source in sources]).unify_dictionaries()


def _record(source: Source) -> InputRecord:
    lists = source.readings["energy_kwh"]
    readings = sum(len(chunk.flatten()) for chunk in lists.chunks)
    return InputRecord(source.name, source.format, source.sha256, source.size_bytes, source.readings.num_rows, readings)
