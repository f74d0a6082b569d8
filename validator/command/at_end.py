"""What is let go of when the command ends, however it does."""

from __future__ import annotations

from contextlib import ExitStack

AT_END = ExitStack()
