"""What threads found out, told to the event loop that waits for it: several answers by one wake."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Sequence
from contextlib import suppress
from typing import Any


def settle(answers: Sequence[tuple[Future[Any], Any]]) -> None:
    """Gives each future of one loop its result, or raises in it what is an exception. Called from any other thread."""
    # A loop that was closed meanwhile has nobody left who waits.
    with suppress(RuntimeError):
        answers[0][0].get_loop().call_soon_threadsafe(_settle, answers)


def _settle(answers: Sequence[tuple[Future[Any], Any]]) -> None:
    for future, told in answers:
        if future.done():
            continue
        if isinstance(told, Exception):
            future.set_exception(told)
        else:
            future.set_result(told)
