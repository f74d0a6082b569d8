"""Holds the chain to itself, the ledger to the chain, and the store to both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from service.audit.chain import FIRST, link_hash
from service.audit.orphans import ARCHIVE
from service.database import Manifest, Run, Submission
from service.services import Services
from service.store import MissingObjectError

_BATCH = 500
_FAULTS_TOLD = 100


@dataclass
class Told:
    """What was looked at and what was wrong; `faults` are the first hundred."""

    links: int = 0
    objects: int = 0
    last: str = FIRST
    faults: list[str] = field(default_factory=list)
    faults_in_all: int = 0

    def fault(self, text: str) -> None:
        self.faults_in_all += 1
        if len(self.faults) < _FAULTS_TOLD:
            self.faults.append(text)


def verify(services: Services, must_hold: str | None = None) -> Told:
    """Goes through everything that was ever kept; reads every object once."""
    told = Told()
    results: dict[tuple[str, int], dict[str, Any]] = {}
    removed: set[str] = set()
    seen = must_hold is None
    for link in _links(services):
        told.links += 1
        if link.seq != told.links:
            told.fault(f"link {told.links}: missing; the next there is {link.seq}")
            told.links = link.seq
        if link.previous != told.last:
            told.fault(f"link {link.seq}: it does not follow the link before it")
        if link_hash(link.seq, link.previous, link.body) != link.hash:
            told.fault(f"link {link.seq}: its manifest was changed")
        told.last = link.hash
        seen = seen or link.hash == must_hold
        manifest = json.loads(link.body)
        if manifest["kind"] == "removal":
            removed.add(manifest["submission"])
        elif (manifest["submission"], manifest["run"]) in results:
            told.fault(f"link {link.seq}: run {manifest['run']} of {manifest['submission']} ended twice")
        else:
            results[manifest["submission"], manifest["run"]] = manifest
    if not seen:
        told.fault(f"no link of the chain has the hash {must_hold}: its end was cut off, or it is another chain")
    _hold_ledger(services, told, results, removed)
    return told


def _hold_ledger(
    services: Services, told: Told, manifests: dict[tuple[str, int], dict[str, Any]], removed: set[str]
) -> None:
    done = set()
    for submission in _submissions(services):
        gone = submission.kept == "removed"
        if gone != (submission.id in removed):
            told.fault(f"submission {submission.id}: {submission.kept}, and the chain says otherwise")
        prefix = ARCHIVE if submission.kept == "archived" else ""
        _hold_object(services, told, prefix + submission.object_key, submission.sha256, gone)
        for run in _runs(services, submission.id):
            done.add((submission.id, run.number))
            manifest = manifests.get((submission.id, run.number))
            if manifest is None or manifest["outputs"] != run.result["outputs"]:
                told.fault(f"run {run.number} of {submission.id}: the ledger and the chain tell of other outputs")
            elif manifest["input"]["sha256"] != submission.sha256:
                told.fault(f"run {run.number} of {submission.id}: the chain tells of another body")
            for output in run.result["outputs"].values():
                _hold_object(services, told, prefix + output["key"], output["sha256"], gone)
    for submission_id, number in manifests.keys() - done:
        told.fault(f"run {number} of {submission_id}: in the chain, and not done in the ledger")


def _hold_object(services: Services, told: Told, key: str, sha256: str, gone: bool) -> None:
    told.objects += 1
    try:
        content = services.store.get(key)
    except MissingObjectError:
        if not gone:
            told.fault(f"{key}: missing")
        return
    if gone:
        told.fault(f"{key}: still there, and should have been removed")
    elif hashlib.sha256(content).hexdigest() != sha256:
        told.fault(f"{key}: its bytes were changed")


def _links(services: Services) -> Iterator[Row[Any]]:
    last = 0
    while True:
        with services.database.reading() as connection:
            wanted = select(Manifest.__table__).where(Manifest.seq > last).order_by(Manifest.seq).limit(_BATCH)
            rows = connection.execute(wanted).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].seq


def _submissions(services: Services) -> Iterator[Row[Any]]:
    last = ""
    while True:
        with services.database.reading() as connection:
            wanted = select(Submission.__table__).where(Submission.id > last).order_by(Submission.id).limit(_BATCH)
            rows = connection.execute(wanted).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _runs(services: Services, submission_id: str) -> list[Row[Any]]:
    with services.database.reading() as connection:
        wanted = select(Run.__table__).where(Run.submission_id == submission_id, Run.state == "done")
        return list(connection.execute(wanted.order_by(Run.number)))
