"""The approvals on file, by meter type, variant and firmware: looked up, not searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from validator.regulation.rows import Approval, weakest_status
from validator.regulation.suggestions import Listed
from validator.regulation.wording import sources


class Approvals:
    """Some approvals, in the order on file, and what is said of them together."""

    def __init__(self, approvals: Iterable[Approval]) -> None:
        self.approvals: Sequence[Approval] = tuple(approvals)

    @cached_property
    def sources(self) -> str:
        """The documents that they cite."""
        return sources(self.approvals)

    @cached_property
    def status(self) -> str:
        """That of the weakest of them; blank where there is none."""
        return weakest_status(*{row.status for row in self.approvals}) if self.approvals else ""


class VariantListing(Approvals):
    """The approvals of one variant of a meter type."""

    @cached_property
    def firmware(self) -> dict[str, tuple[Approval, ...]]:
        return _grouped(self.approvals, lambda row: row.firmware)

    @cached_property
    def firmware_names(self) -> Listed:
        return Listed(self.firmware)


class TypeListing(Approvals):
    """The approvals of one meter type."""

    @cached_property
    def variants(self) -> dict[str, VariantListing]:
        groups = _grouped(self.approvals, lambda row: row.variant)
        return {name: VariantListing(rows) for name, rows in groups.items()}

    @cached_property
    def variant_names(self) -> Listed:
        return Listed(self.variants)

    @cached_property
    def variants_with(self) -> dict[str, tuple[str, ...]]:
        """The variants that each firmware is listed for, in alphabetical order."""
        groups = _grouped(self.approvals, lambda row: row.firmware)
        return {firmware: tuple(sorted({row.variant for row in rows})) for firmware, rows in groups.items()}


class Listing(Approvals):
    """All approvals on file."""

    @cached_property
    def types(self) -> dict[str, TypeListing]:
        groups = _grouped(self.approvals, lambda row: row.meter_type)
        return {name: TypeListing(rows) for name, rows in groups.items()}

    @cached_property
    def type_names(self) -> Listed:
        return Listed(self.types)

    def rows_for(self, meter_type: str | None, variant: str | None, firmware: str | None) -> tuple[Approval, ...]:
        """The approvals of exactly this meter type, variant and firmware, for whatever CoP Issue and date."""
        of_type = self.types.get(meter_type or "")
        of_variant = of_type.variants.get(variant or "") if of_type else None
        return of_variant.firmware.get(firmware or "", ()) if of_variant else ()


def _grouped(rows: Iterable[Approval], key: Callable[[Approval], str]) -> dict[str, tuple[Approval, ...]]:
    groups: dict[str, list[Approval]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(group) for name, group in groups.items()}
