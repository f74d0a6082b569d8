"""The log's lines: ours and the libraries' alike, and none that undoes what it tells of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LINES = """
import logging, structlog
from service.logs import set_up_logs
set_up_logs()
log = structlog.get_logger("copcheck.test")
structlog.contextvars.bind_contextvars(request="r1")
log.debug("not told")
log.info("told", secret="a-secret-word", path=object)
try:
    raise ValueError("broken")
except ValueError:
    log.exception("failed")
logging.getLogger("uvicorn.error").warning("of %s", "a library")
print("went on")
"""


def _told(err: Path | int) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, "-c", LINES]
    if isinstance(err, int):
        return subprocess.run(script, stdout=subprocess.PIPE, stderr=err, text=True, check=True, timeout=60)
    with open(err, "w") as file:
        return subprocess.run(script, stdout=subprocess.PIPE, stderr=file, text=True, check=False, timeout=60)


def test_ours_and_a_librarys_lines_have_one_form() -> None:
    lines = [json.loads(line) for line in _told(subprocess.PIPE).stderr.splitlines()]
    assert [line["event"] for line in lines] == ["told", "failed", "of a library"]
    assert [line["logger"] for line in lines] == ["copcheck.test", "copcheck.test", "uvicorn.error"]
    assert [line["level"] for line in lines] == ["info", "error", "warning"]
    assert all(line["request"] == "r1" and line["timestamp"].endswith("Z") for line in lines)
    assert lines[0]["secret"] == "(left out)"
    assert "ValueError: broken" in lines[1]["exception"]


def test_a_line_that_finds_no_room_fails_nothing() -> None:
    assert _told(Path("/dev/full")).stdout == "went on\n"
