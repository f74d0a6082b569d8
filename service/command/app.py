"""The entry point of `copcheck`. Nothing heavy is imported until one of the service's commands is run."""

from __future__ import annotations

import gc

from validator.command.parts import Part

PARTS = (
    Part(
        "service.command.serve",
        {"serve": "Serve the validator over HTTP. Settings are environment variables COPCHECK_...; none is needed."},
    ),
    Part("service.command.keys", {"keys": "Make, list and revoke API keys of the service."}, grouped=True),
    Part(
        "service.command.audit",
        {"audit": "Verify the service's chain of manifests against the ledger and the store."},
    ),
)
FEWER_COLLECTIONS = 500_000
"""Objects made between two looks for garbage; Python's own number is some hundreds, and the imports make 150,000."""


def main() -> None:
    """Run the command in this process, and end it."""
    # What is imported stays: looking through it for garbage again and again took a tenth of a short run.
    gc.set_threshold(FEWER_COLLECTIONS)
    from validator.command.main import main as run

    try:
        run(PARTS)
    finally:
        # Nothing more happens here: taking apart what was imported, compiled code above all, took 0.3 s.
        gc.freeze()
