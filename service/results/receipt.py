"""A receipt: what was received and how it was judged, with the link of the chain that holds both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from service.results.submissions import Held, iso


def receipt(held: Held, links: Sequence[Row[Any]]) -> dict[str, Any]:
    """The receipt of a run that is done; `links` are the submission's in the chain."""
    submission, run, result = held.submission, held.run, held.result()
    link, manifest = _link_of(links, run.number)
    return {
        "submission": submission.id,
        "run": run.number,
        "received_at": iso(submission.received_at),
        "name": submission.name,
        "size_bytes": submission.size_bytes,
        "sha256": submission.sha256,
        "options": submission.options,
        "outcomes": result["outcomes"],
        "channel_days": result["channel_days"],
        "readings": result["readings"],
        # Results of before there was a lenient reading say nothing of it.
        "left_out": result.get("left_out", {"places": 0, "channel_days": 0}),
        "regulation": run.regulation_hash,
        "known_on": run.known_on,
        "version": result["version"],
        "outputs": {
            name: {"sha256": output["sha256"], "size_bytes": output["size_bytes"]}
            for name, output in result["outputs"].items()
        },
        "chain": {"seq": link.seq, "previous": link.previous, "hash": link.hash, "manifest": manifest},
    }


def _link_of(links: Sequence[Row[Any]], number: int) -> tuple[Row[Any], dict[str, Any]]:
    for link in links:
        manifest: dict[str, Any] = json.loads(link.body)
        if manifest["kind"] == "run" and manifest["run"] == number:
            return link, manifest
    raise RuntimeError(f"run {number} is done and has no link in the chain")
