"""One input into one file of another format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from validator.convert.columnar import SUPPLIER, Writer, columnar_writer
from validator.convert.details import holds_details, write_details
from validator.convert.dtc import DtcWriter
from validator.convert.header import COMPLETED_KEY, HEADER_KEY, Carriage
from validator.convert.registers import write_registers
from validator.convert.targets import DTC_TARGETS, target_of
from validator.convert.wide import WideWriter
from validator.convert.written import whole_or_nothing
from validator.errors import Place, SubmissionError
from validator.readings.formats import AUTO
from validator.readings.pipes import LAYOUTS, PipeBatch
from validator.readings.received import STANDARD_INPUT, Input
from validator.readings.refused import RefusedLines, write_refused
from validator.readings.streaming import Asked, ReadingStream, StartAgainError, open_stream

_NO_READINGS = ("C0101", "C0541")


@dataclass(frozen=True)
class Converted:
    """What was written: format read and written, how much of what, and what of each was left out.

    Channel-days, or register readings of a D0010, or rows of standing data of a D0268.
    """

    format: str
    target: str
    channel_days: int
    refused_entries: int
    left_out: Mapping[str, int]
    refused_file: Path
    registers: int = 0
    standing_rows: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is to be written, and what a DTC flow needs that readings do not say."""

    to: str | None = None
    header: str | None = None
    supplier: str | None = None
    drop_attributes: bool = False


def convert(given: Input, out: Path, asked: Asked, wanted: Wanted | None = None, *, lenient: bool = False) -> Converted:
    """Write the readings of `given` to `out`, whole or not at all; memory is bounded where the reader's is.

    A lenient reading lists what it leaves out in a file beside `out`, with `.refused.txt` added to its name.
    Raises SubmissionError for an input that cannot be read, and for a row that the format cannot carry.
    """
    wanted = wanted or Wanted()
    try:
        return _converted(given, out, asked, wanted, lenient=lenient)
    except StartAgainError:
        return _converted(given, out, replace(asked, in_pieces=False), wanted, lenient=lenient)


def _converted(given: Input, out: Path, asked: Asked, wanted: Wanted, *, lenient: bool) -> Converted:
    target = target_of(out, wanted.to)
    beside = out.with_name(f"{out.name}.refused.txt")
    if asked.format == AUTO and holds_details(given):
        with whole_or_nothing(out) as file:
            rows, unsaid = write_details(given, file, target, asked)
        return Converted("D0268", target, 0, 0, {}, beside, standing_rows=rows, notes=unsaid)
    with whole_or_nothing(out) as file, whole_or_nothing(beside) as refused_file:
        refused = _Refused(refused_file)
        stream = open_stream(given, replace(asked, refuse=refused.take if lenient else None))
        channel_days = registers = 0
        notes: tuple[str, ...] = ()
        if stream.registers is not None:
            registers = write_registers(stream.registers.batches, stream.name, file, target)
            notes = stream.registers.unknown.notes(stream.name)
        elif stream.format in _NO_READINGS:
            raise SubmissionError(
                Place(stream.name),
                f"a {stream.format}, in which there is no reading",
                "half-hourly or register readings",
                "Give it to copcheck validate, beside the readings that it is about",
            )
        else:
            channel_days = _write(given, stream, file, target, wanted)
    if not refused.entries:
        beside.unlink()
    return Converted(
        stream.format, target, channel_days, refused.entries, refused.counts, beside, registers, notes=notes
    )


class _Refused:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.entries = 0
        self.counts: Counter[str] = Counter()

    def take(self, refused: RefusedLines) -> None:
        self.entries += 1
        self.counts[refused.counted] += refused.count
        write_refused(self._file, refused)


def _write(given: Input, stream: ReadingStream, file: BinaryIO, target: str, wanted: Wanted) -> int:
    first = next(stream.batches, None)
    kept = _kept_in(given, stream) if target in DTC_TARGETS else None
    carriage = _carriage(stream, kept)
    writer = _writer(stream, file, target, wanted, carriage)
    batches: Iterator[PipeBatch] = chain([] if first is None else [first], stream.batches)
    try:
        channel_days = _write_all(writer, batches if kept is None else kept.added(batches))
        if target in DTC_TARGETS and not wanted.header:
            _refuse_several_envelopes(stream, target)
    except BaseException:
        writer.abandon()
        raise
    writer.close(_carriage(stream, kept))
    return channel_days


def _write_all(writer: Writer, batches: Iterator[PipeBatch]) -> int:
    channel_days = 0
    for batch in batches:
        writer.write(batch)
        channel_days += len(batch.readings)
    return channel_days


def _refuse_several_envelopes(stream: ReadingStream, target: str) -> None:
    if stream.stitched is not None and stream.stitched.envelopes > 1:
        raise SubmissionError(
            Place(stream.name),
            f"{stream.stitched.envelopes} envelopes, each with a header of its own",
            f"one, in a {target}",
            "Give the ZHV line for all of it by --header",
        )


def _writer(stream: ReadingStream, file: BinaryIO, target: str, wanted: Wanted, carriage: Carriage) -> Writer:
    if target in DTC_TARGETS:
        given = replace(carriage, header=wanted.header) if wanted.header else carriage
        return DtcWriter(target, stream.name, file, given, wanted.supplier, wanted.drop_attributes)
    if target == "csv-wide":
        return WideWriter(stream.name, file)
    with_supplier = stream.format in LAYOUTS and SUPPLIER in LAYOUTS[stream.format].texts
    return columnar_writer(target, file, carriage, with_supplier)


def _carriage(stream: ReadingStream, kept: _Kept | None) -> Carriage:
    """What the stream says of its envelope so far, or what a file from an earlier conversion kept."""
    stitched = stream.stitched
    if stitched is None or stitched.terms.layout.family != "DTC":
        return kept.carriage if kept is not None else Carriage()
    header = "" if stitched.first_header is None else "|".join(stitched.first_header.fields) + "|"
    trailer = stitched.last_trailer.split("|")
    return Carriage(header, trailer[5] if len(trailer) > 6 else "")


@dataclass(frozen=True)
class _Kept:
    """Header and supplier ids that an earlier conversion left in a Parquet or Arrow file."""

    carriage: Carriage
    supplier_id: Any

    def added(self, batches: Iterator[PipeBatch]) -> Iterator[PipeBatch]:
        """The batches, each with its supplier ids."""
        for batch in batches:
            supplier = None
            if self.supplier_id is not None:
                # By the row of the file, for a lenient reading leaves rows out.
                rows = batch.readings.column("source_row").to_numpy() - 1
                supplier = self.supplier_id.take(pa.array(rows)).combine_chunks()
            yield PipeBatch(batch.readings, supplier)


def _kept_in(given: Input, stream: ReadingStream) -> _Kept | None:
    if given == STANDARD_INPUT or stream.format not in ("parquet", "arrow-file", "arrow-stream"):
        return None
    if stream.format == "parquet":
        table = pq.read_table(given, columns=[SUPPLIER] if SUPPLIER in pq.read_schema(given).names else [])
    else:
        opened = pa.ipc.open_file if stream.format == "arrow-file" else pa.ipc.open_stream
        with pa.memory_map(str(given)) as mapped:
            table = opened(mapped).read_all()
    metadata = {key.decode(): text.decode() for key, text in (table.schema.metadata or {}).items()}
    if stream.format == "parquet":
        metadata |= {key.decode(): text.decode("latin-1") for key, text in pq.read_metadata(given).metadata.items()}
    supplier = table[SUPPLIER].cast(pa.string()) if SUPPLIER in table.column_names else None
    return _Kept(Carriage(metadata.get(HEADER_KEY, ""), metadata.get(COMPLETED_KEY, "")), supplier)
