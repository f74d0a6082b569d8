"""Lines of which one is no longer as it was."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

_MOST_CUT = 3


def one_spoilt(lines: list[str], spoils: Sequence[str], data: st.DataObject) -> list[str]:
    """The lines, into one of which one of `spoils` is put, in the place of a few letters or none."""
    at, spoil = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.sampled_from(spoils))
    within, cut = data.draw(st.integers(0, len(lines[at]))), data.draw(st.integers(0, _MOST_CUT))
    return [*lines[:at], lines[at][:within] + spoil + lines[at][within + cut :], *lines[at + 1 :]]
