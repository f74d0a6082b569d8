"""`copcheck warm`: the kernels compiled ahead of the first run, as after an installation or in an image's build."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from validator.command.printing import tell
from validator.cores import cores

app = typer.Typer()


@app.command()
def warm(
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = cores(),
) -> None:
    """Compile all kernels now, so that no run waits for it. Exit code 2: there is no folder to keep them in."""
    # Only here: nothing else of this command needs the compiler.
    from kernels.compile import CACHE_FOLDER
    from validator.warming import compile_and_keep

    if CACHE_FOLDER is None:
        tell("No folder to keep compiled kernels in: set NUMBA_CACHE_DIR to one that can be written")
        raise typer.Exit(2)
    began = time.perf_counter()
    compile_and_keep(jobs)
    tell(f"Kernels are compiled, in {time.perf_counter() - began:.1f} s: {CACHE_FOLDER}")
