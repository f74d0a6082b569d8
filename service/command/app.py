"""The entry point of `copcheck`. Nothing heavy is imported until one of the service's commands is run."""

from __future__ import annotations

from validator.command import app as validator
from validator.command.app import Part

PARTS = (
    Part("service.command.serve", ("serve",)),
    Part("service.command.keys", ("keys",), grouped=True),
    Part("service.command.audit", ("audit",)),
)


def main() -> None:
    """Run the command."""
    validator.main(PARTS)
