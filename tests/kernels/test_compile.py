"""Finished code is fetched without loading all that could be compiled, and answers as freshly compiled code does."""

import os
import subprocess
import sys
from pathlib import Path

MADE_UP = """
import numpy as np
from kernels.compile import kernel

@kernel
def squares(many):
    out = np.zeros(many)
    for k in range(many):
        out[k] = min(k * k, 20)
    return out
"""
ASKED = """
import sys
from made_up import squares
print(squares(6).tolist(), squares(4)[1:].tolist(), "numba.typed.typedlist" in sys.modules)
"""


def _asked(folder: Path) -> str:
    here = str(Path(__file__).resolve().parents[2])
    env = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": os.pathsep.join((str(folder), here))}
    done = subprocess.run([sys.executable, "-c", ASKED], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_fetched_code_loads_no_compiler_and_answers_alike(tmp_path: Path) -> None:
    (tmp_path / "made_up.py").write_text(MADE_UP, encoding="utf-8")
    answer = "[0.0, 1.0, 4.0, 9.0, 16.0, 20.0] [1.0, 4.0, 9.0]"
    assert _asked(tmp_path) == f"{answer} True"
    assert _asked(tmp_path) == f"{answer} False"
