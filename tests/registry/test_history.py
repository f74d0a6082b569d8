"""Nothing is forgotten: at the moment of every change the registry answers as a copy made then would."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.registry import made_up
from tests.registry.history import History, held_in
from validator.calendar import end_of
from validator.registry.contents import retract_row
from validator.registry.models import Base
from validator.registry.registry import Registry

DAYS = [date(2020, 1, 1) + timedelta(days=100 * n) for n in range(6)]
spans = st.tuples(st.sampled_from(DAYS), st.sampled_from([None, *DAYS]))


@st.composite
def approvals(draw: st.DrawFn) -> dict[str, str]:
    begins, ends = draw(spans)
    cop, issue = draw(st.sampled_from([("5", "6"), ("3", "5"), ("10", "2")]))
    return made_up.approval(
        draw(st.sampled_from(["MU-1", "MU-2"])),
        cop,
        issue,
        variant=draw(st.sampled_from(["V1", "V2"])),
        valid_from=begins.isoformat(),
        valid_to=ends.isoformat() if ends else "",
        basis=draw(st.sampled_from(["FULL_TEST", "PARTIAL_TEST"])),
    )


@st.composite
def dispensations(draw: st.DrawFn) -> dict[str, str]:
    begins, ends = draw(spans)
    return {
        "ref": draw(st.sampled_from(["MADE-UP/1", "MADE-UP/2"])),
        "kind": "site",
        "subject": draw(st.sampled_from(["made-up leave", "another made-up leave"])),
        "msids": "9900000000015",
        "valid_from": begins.isoformat(),
        "expiry": ends.isoformat() if ends else "",
        "source": "RECALLED",
        "status": "recalled",
    }


@st.composite
def aliases(draw: st.DrawFn) -> dict[str, str]:
    names = st.sampled_from(["Made-up Meters Ltd", "Made-up & Sons", "Made-up Group"])
    return {"manufacturer": draw(names), "alias": draw(names), "source": "RECALLED", "status": "recalled"}


rows = st.one_of(
    st.tuples(st.just("approvals.csv"), approvals()),
    st.tuples(st.just("dispensations.csv"), dispensations()),
    st.tuples(st.just("manufacturers.csv"), aliases()),
)
steps = st.one_of(
    st.tuples(st.just("record"), rows),
    st.tuples(st.just("replace"), st.tuples(st.integers(0, 9), rows.map(lambda row: row[1]))),
    st.tuples(st.just("retract"), st.tuples(st.integers(0, 9))),
)


@settings(
    max_examples=8,
    deadline=None,
    # One registry for all examples: each begins by retracting what the one before it left.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(steps, min_size=2, max_size=6))
def test_every_moment_can_be_had_again(registry: Registry, done: list[tuple[str, tuple]]) -> None:
    counts = _counts(registry)
    history = History(registry)
    for name, arguments in done:
        getattr(history, name)(*arguments)
        grown = _counts(registry)
        assert all(grown[table] >= counts[table] for table in counts), "a row was deleted"
        counts = grown
    before = frozenset()
    for at, held in history.states:
        assert held_in(registry, at) == held
        if at != history.states[0][0]:
            assert held_in(registry, at - timedelta(microseconds=1)) == before
        before = held
    assert held_in(registry) == history.now
    assert held_in(registry, end_of(history.states[-1][0].date())) == history.now


def _counts(registry: Registry) -> dict[str, int]:
    with registry.reading() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def test_times_never_repeat(registry: Registry) -> None:
    history = History(registry)
    for number in range(3):
        history.record("approvals.csv", made_up.approval(f"MU-{number}"))
    moments = [change.at for change in registry.history()]
    assert moments == sorted(set(moments))
    assert [change.revision for change in registry.history()] == list(range(1, len(moments) + 1))


def test_a_retracted_row_keeps_who_recorded_and_who_retracted_it(registry: Registry) -> None:
    with registry.changing("record", "first") as writing:
        writing.record([made_up.row("approvals.csv", made_up.approval())])
    (row,) = (row for row in registry.tables()["approvals.csv"] if row.cells["firmware"] == "MU-1")
    retract_row(registry, "approvals", row.line, "it was never certified", "second", apply=True)
    first, second = registry.history()[-2:]
    assert (first.by, second.by, second.detail) == ("first", "second", f"approvals:{row.line} it was never certified")
    approval = Base.metadata.tables["approval"]
    with registry.reading() as session:
        stamped = session.execute(
            select(approval.c.recorded_in, approval.c.retracted_in).where(approval.c.id == row.line)
        ).one()
    assert tuple(stamped) == (first.revision, second.revision)
    assert all(held.cells["firmware"] != "MU-1" for held in registry.tables()["approvals.csv"])
    assert any(held.cells["firmware"] == "MU-1" for held in registry.tables(first.at)["approvals.csv"])


def test_a_change_that_changes_nothing_leaves_no_trace(registry: Registry) -> None:
    before = registry.revision()
    with registry.changing("nothing", "tests"):
        pass
    assert registry.revision() == before
