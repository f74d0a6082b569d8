"""What to say about each fault that the scanner of record trees reports."""

from __future__ import annotations

from kernels import pipes
from validator.readings.pipes.envelopes import with_article
from validator.readings.pipes.faults import Said, found_at, in_field, spoken
from validator.readings.pipes.windows import Bytes
from validator.readings.record_trees.layouts import Integers, Layout, Record

HIDDEN = "a line that is not shown"


def said(layout: Layout, data: Bytes, fault: Integers) -> Said:
    """A scanner's `fault` in words; what may be a secret is not among them."""
    code, kind, field, due = (
        int(fault[place]) for place in (pipes.FAULT_CODE, pipes.FAULT_LEVEL, pipes.FAULT_FIELD, pipes.FAULT_DUE)
    )
    record = layout.records[kind] if kind >= 0 else None
    words: dict[str, object] = {
        "flow": layout.word,
        "header": layout.header,
        "a_header": with_article(layout.header),
        "trailer": layout.trailer,
        "records": ", ".join([*layout.kinds, layout.trailer]),
        "parent": layout.records[due].record if code == pipes.NO_PARENT else "",
        "due": due,
    }
    column = _column(record, field) if record is not None and in_field(code) else None
    told = spoken(code, _found(layout, record, data, fault), words, column)
    if code == pipes.BAD_NUMBER:
        return Said(told.found, "a decimal number such as 123456.7", "Correct the reading", column)
    return told


def _found(layout: Layout, record: Record | None, data: Bytes, fault: Integers) -> str:
    code = int(fault[pipes.FAULT_CODE])
    begin, end = int(fault[pipes.FAULT_FROM]), int(fault[pipes.FAULT_TO])
    if code == pipes.NO_PARENT and record is not None:
        return f"a {record.record} line"
    # Of a flow with secrets, a line that is none of its records may hold one.
    if begin < end and (layout.secret if record is None else record.secret):
        return HIDDEN
    return found_at(data, begin, end, code)


def _column(record: Record, field: int) -> str:
    """The field's name and place, such as `register reading (field 3 of 030)`."""
    title = next(each.title for each in record.columns if each.place == field)
    return f"{title} (field {field} of {record.record})"
