"""A coverage-guided fuzzer for the readers: `python -m tests.fuzz.target TARGET --seconds 60`.

atheris is not among the locked packages; get it by `uv pip install atheris` (or `pip install atheris`) in `.venv`.
The second readers in plain Python (tests/oracle_*.py) and the readers' own Python are instrumented, so that the
fuzzer is led by every branch of the rules; compiled code has to say the same. `--list` names the targets. What is
found is written as `crash-*` into the folder named by --findings, where the corpus grows from run to run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: uv pip install atheris")

_SECOND_READERS = ["tests.oracle_" + name for name in ("customers", "dip", "dtc", "idd", "rows")]
_SECOND_READERS += ["tests.readings." + name for name in ("dtc_lines", "d0010_by_lines", "d0268_by_lines")]

with atheris.instrument_imports(include=[*_SECOND_READERS, "validator.readings"]):
    from tests.fuzz import advances, agreement
    from tests.fuzz.seeds import WORDS, seeds

TARGETS = advances.TARGETS | agreement.TARGETS


def main() -> None:
    """Fuzz one target for a bounded time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS, nargs="?")
    parser.add_argument("--list", action="store_true", help="name the targets and stop")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--findings", type=Path, default=Path("fuzz_findings"))
    chosen = parser.parse_args()
    if chosen.list or chosen.target is None:
        sys.stdout.write(" ".join(TARGETS) + "\n")
        return
    corpus = chosen.findings / chosen.target
    corpus.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(seeds(chosen.target)):
        (corpus / f"seed{place}").write_bytes(seed)
    words = corpus.with_suffix(".dict")
    words.write_text("".join(f'"{word}"\n' for word in WORDS))
    longest = max(2000, 2 * max(len(seed) for seed in seeds(chosen.target)))
    arguments = [sys.argv[0], str(corpus), f"-max_total_time={chosen.seconds}", f"-dict={words}", "-timeout=60"]
    arguments += [f"-artifact_prefix={corpus}-", f"-max_len={longest}", "-print_final_stats=1", "-rss_limit_mb=4096"]
    atheris.Setup(arguments, TARGETS[chosen.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
