"""Finished code is fetched without loading all that could be compiled, and answers as freshly compiled code does."""

import os
import subprocess
import sys
from pathlib import Path

MADE_UP = """
import numpy as np
from kernels.compile import kernel

@kernel
def capped(number, most):
    return min(number, most)

@kernel
def squares(many):
    if many < 0:
        raise ValueError("fewer than none")
    out = np.zeros(many)
    for k in range(many):
        out[k] = capped(k * k, 20)
    return out
"""
LOADED = "*(name in sys.modules for name in ('numba.typed.typedlist', 'numba.np.arrayobj')), rtsys._init"
ASKED = f"""
import sys
from numba.core.runtime import rtsys
from made_up import capped, squares
print(capped(3, 2), squares(6).tolist(), squares(4)[1:].tolist())
try:
    squares(-1)
except ValueError as fault:
    print(fault)
print({LOADED})
"""
ANSWER = ["2 [0.0, 1.0, 4.0, 9.0, 16.0, 20.0] [1.0, 4.0, 9.0]", "fewer than none"]


def _asked(folder: Path) -> list[str]:
    here = str(Path(__file__).resolve().parents[2])
    env = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": os.pathsep.join((str(folder), here))}
    done = subprocess.run([sys.executable, "-c", ASKED], env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_fetched_code_loads_no_compiler_and_answers_alike(tmp_path: Path) -> None:
    (tmp_path / "made_up.py").write_text(MADE_UP, encoding="utf-8")
    assert _asked(tmp_path) == [*ANSWER, "True True True"]
    assert _asked(tmp_path) == [*ANSWER, "False False False"]


def test_what_is_not_there_is_compiled_with_fetched_code(tmp_path: Path) -> None:
    (tmp_path / "made_up.py").write_text(MADE_UP, encoding="utf-8")
    _asked(tmp_path)
    lost = list((tmp_path / "cache").rglob("made_up.squares*"))
    assert len(lost) == 2
    for path in lost:
        path.unlink()
    assert _asked(tmp_path) == [*ANSWER, "True True True"]
    assert _asked(tmp_path) == [*ANSWER, "False False False"]
