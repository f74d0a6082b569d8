"""The one place where kernel compiler flags and the compiled-code cache are set."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import llvmlite
import numba
from numba.core import config

from kernels.finished import Finished

P = ParamSpec("P")
R = TypeVar("R")


def _source_digest() -> str:
    """SHA-256 over every kernel's source and the compiler's versions, shortened to 16 hex digits.

    Numba's own cache looks at one file at a time and so returned stale code after a helper in another
    file changed. A folder named after all the sources can never be stale.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for version in (numba.__version__, llvmlite.__version__, platform.python_version(), platform.machine()):
        digest.update(version.encode() + b"\0")
    return digest.hexdigest()[:16]


def _cache_root() -> Path:
    """`NUMBA_CACHE_DIR` where set (the image sets it), else the user's cache folder."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "copcheck"


def _cache_folder() -> Path | None:
    """A writable folder for compiled kernels, or None: an unwritable one would fail at import."""
    try:
        folder = _cache_root() / f"kernels-{_source_digest()}"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


CACHE_FOLDER = _cache_folder()
"""Where compiled kernels are kept between runs; None compiles anew in each process."""


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` with the house's flags: no GIL, IEEE arithmetic, no Python fallback.

    No `fastmath`: it gives wrong answers on NaN. No `parallel`: its threading layer aborts when two
    threads of a web server enter; threads over slices are used instead.
    """
    compiled: Callable[P, R] = _compile(function, inline="never")
    return compiled


def without_arrays(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` as `kernel` does, where it makes no array of its own.

    Numba then counts no references. It counted those of arguments, with an atomic instruction each, in every call
    of a small function with several returns: a fifth of the scanner's time.
    """
    compiled: Callable[P, R] = _compile(function, inline="never", _nrt=False)
    return compiled


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` as `kernel` does, and always into its caller.

    Left to itself the compiler kept the small loops over one day apart, at a quarter more time.
    """
    compiled: Callable[P, R] = _compile(function, inline="always")
    return compiled


def _compile(function: Callable[..., Any], **more: Any) -> Any:
    options = {
        "nogil": True,
        "error_model": "numpy",
        "fastmath": False,
        "boundscheck": False,
        **more,
    }
    if CACHE_FOLDER is None:
        return numba.njit(**options)(function)
    # Numba reads the folder when it decorates; the setting is put back so that it stays ours alone.
    before = config.CACHE_DIR
    config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        compiled = numba.njit(**options)(function)
        compiled._cache = Finished(function)
        return compiled
    finally:
        config.CACHE_DIR = before
