"""Two at once: writers follow one another or are told so, readers see one state, and a killed writer leaves none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.databases import everything, opened
from tests.registry import made_up
from tests.registry.children import WAIT_S, child, go_on, wait_for
from validator.errors import RegistryError, RegulationError
from validator.registry import database
from validator.registry.models import Change
from validator.registry.registry import Registry, set_up


def write(registry: Registry, firmware: str, **options: int) -> None:
    with registry.changing("record", f"writer of {firmware}", **options) as writing:
        writing.record([made_up.row("approvals.csv", made_up.approval(firmware))])


def firmware(registry: Registry) -> set[str]:
    return {row.firmware for row in registry.regulation().listing.approvals if row.meter_type == made_up.TYPE}


def at_once(*actions: Callable[[], None]) -> list[str]:
    """What each action, begun together with the others, was refused with; blank where it was not."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], None]) -> str:
        start.wait(WAIT_S)
        try:
            action()
        except (RegistryError, RegulationError) as fault:
            return str(fault)
        return ""

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def test_threads_that_agree_follow_one_another(registry: Registry) -> None:
    names = [f"MU-{number}" for number in range(4)]
    refusals = at_once(*(lambda name=name: write(registry, name) for name in names))
    assert refusals == [""] * 4
    assert firmware(registry) == set(names)
    assert [change.revision for change in registry.history()] == [1, 2, 3, 4, 5]


def test_threads_that_contradict_each_other(registry: Registry) -> None:
    refusals = at_once(*(lambda: write(registry, "MU-1") for _ in range(3)))
    assert sorted(bool(said) for said in refusals) == [False, True, True]
    assert all("overlaps another" in said for said in refusals if said)
    assert registry.revision() == 2


def test_one_of_two_who_saw_the_same_revision_is_told(registry: Registry) -> None:
    refusals = at_once(*(lambda name=name: write(registry, name, if_revision=1) for name in ("MU-1", "MU-2")))
    (refusal,) = [said for said in refusals if said]
    assert "revision 2, written by writer of MU-" in refusal
    assert "expected revision 1, on which this change was based" in refusal
    assert len(firmware(registry)) == 1


WRITE = """
import sys
from tests.registry import made_up
from validator.registry.registry import open_registry
registry = open_registry(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
with registry.changing("record", "child") as writing:
    writing.record([made_up.row("approvals.csv", made_up.approval(sys.argv[2]))])
    writing.session.flush()
    print("written", flush=True)
    if len(sys.argv) > 3:
        sys.stdin.readline()
print("done", flush=True)
"""


def test_processes_that_agree_follow_one_another(address: str, registry: Registry) -> None:
    with child(WRITE, address, "MU-1") as first, child(WRITE, address, "MU-2") as second:
        for process in (first, second):
            wait_for(process, "ready")
        for process in (first, second):
            go_on(process)
        for process in (first, second):
            wait_for(process, "done")
    assert firmware(registry) == {"MU-1", "MU-2"}
    assert registry.revision() == 3


def test_a_writer_that_waits_too_long_is_told_and_another_killed_leaves_nothing(
    address: str, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.3)
    before = everything(registry)
    with opened(address) as impatient:
        with child(WRITE, address, "MU-1", "wait") as process:
            wait_for(process, "ready")
            go_on(process)
            wait_for(process, "written")
            with pytest.raises(RegistryError, match=r"being written by another.*one writer at a time.*try again"):
                write(impatient, "MU-2")
            # A reader need not wait, and sees nothing of it.
            assert everything(impatient) == before
        assert everything(impatient) == before
        monkeypatch.setattr(database, "BUSY_S", 20.0)
    with opened(address) as after:
        write(after, "MU-2")
        assert firmware(after) == {"MU-2"}


def test_a_reader_sees_one_state(address: str, registry: Registry) -> None:
    last = select(Change.revision).order_by(Change.revision.desc()).limit(1)
    with registry.reading() as session:
        first = session.scalar(last)
        with opened(address) as other:
            write(other, "MU-1")
        assert session.scalar(last) == first
    assert registry.revision() == first + 1


def test_set_up_by_several_at_once(empty: str) -> None:
    made: list[bool] = []

    def one() -> None:
        registry, new = set_up(empty, "tests")
        made.append(new)
        registry.engine.dispose()

    assert at_once(one, one, one) == ["", "", ""]
    assert sorted(made) == [False, False, True]
    with opened(empty) as registry:
        assert registry.revision() == 1


def test_a_fault_within_a_change_leaves_nothing(registry: Registry) -> None:
    def spoil() -> None:
        with registry.changing("record", "tests") as writing:
            writing.record([made_up.row("approvals.csv", made_up.approval())])
            writing.retract(writing.tables["dispensations.csv"])
            raise ZeroDivisionError

    before = everything(registry)
    with pytest.raises(ZeroDivisionError):
        spoil()
    assert everything(registry) == before
