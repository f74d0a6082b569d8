"""Structured logs: one JSON object a line, with the submission's id where there is one."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress

import structlog

_SECRET = ("authorization", "cookie", "secret", "password", "key")


class _Lines(structlog.BytesLogger):
    """Lines on standard error. One that finds no room there must not undo what it tells of."""

    def msg(self, message: bytes) -> None:
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = exception = msg


def set_up_logs() -> None:
    """Sends our logs, and those of the libraries, to standard error in one form.

    Ours do not pass through `logging`, which takes half as long again, and every request has a line.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, _line],
        logger_factory=lambda name=None: _Lines(sys.stderr.buffer, name=name),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    last: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        lambda *told: _line(*told).decode(),
    ]
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(logging.INFO)
    # The access log is ours (`service.api.middleware`): uvicorn's would show query strings.
    for name in ("uvicorn.access", "alembic", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


_encode = json.JSONEncoder(default=repr).encode


def _line(_: structlog.types.WrappedLogger, __: str, event: structlog.types.EventDict) -> bytes:
    return _encode(event).encode("ascii")


def _without_secrets(
    _: structlog.types.WrappedLogger, __: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    for name in event:
        if name.lower() in _SECRET:
            event[name] = "(left out)"
    return event
