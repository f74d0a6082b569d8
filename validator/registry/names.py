"""Makers, equipment types, variants and firmware by name: found, or added where they are new."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from validator.registry.models import Certificate, EquipmentType, EquipmentVariant, Firmware, Manufacturer


class Names:
    """Numbers of the identities in one transaction, each looked up once.

    `stamp` is what every new row carries: when and in which change it was recorded.
    """

    def __init__(self, session: Session, stamp: dict[str, Any]) -> None:
        self._session = session
        self._stamp = stamp
        self._found: dict[type[Any], dict[tuple[Any, ...], int]] = {}

    def manufacturer(self, name: str, cited: dict[str, str]) -> int:
        return self._number(Manufacturer, ("name",), (name,), cited)

    def equipment_type(self, manufacturer: str, meter_type: str, cited: dict[str, str]) -> int:
        maker = self.manufacturer(manufacturer, cited)
        return self._number(EquipmentType, ("manufacturer_id", "meter_type"), (maker, meter_type), cited)

    def variant(self, manufacturer: str, meter_type: str, variant: str, cited: dict[str, str]) -> int:
        of_type = self.equipment_type(manufacturer, meter_type, cited)
        return self._number(EquipmentVariant, ("equipment_type_id", "variant"), (of_type, variant), cited)

    def firmware(self, manufacturer: str, meter_type: str, firmware: str, cited: dict[str, str]) -> int:
        of_type = self.equipment_type(manufacturer, meter_type, cited)
        return self._number(Firmware, ("equipment_type_id", "firmware"), (of_type, firmware), cited)

    def certificate(self, manufacturer: str, meter_type: str, cited: dict[str, str]) -> int:
        """The certificate of an equipment type, whose own reference we are not told."""
        of_type = self.equipment_type(manufacturer, meter_type, cited)
        return self._number(Certificate, ("equipment_type_id", "reference"), (of_type, ""), cited)

    def _number(self, model: type[Any], columns: tuple[str, ...], key: tuple[Any, ...], cited: dict[str, str]) -> int:
        known = self._known(model, columns)
        if key not in known:
            row = {**dict(zip(columns, key, strict=True)), **cited, **self._stamp}
            known[key] = self._session.execute(insert(model).values(row).returning(model.id)).scalar_one()
        return known[key]

    def _known(self, model: type[Any], columns: tuple[str, ...]) -> dict[tuple[Any, ...], int]:
        if model not in self._found:
            rows = self._session.execute(select(*(getattr(model, name) for name in columns), model.id))
            self._found[model] = {tuple(row[:-1]): row[-1] for row in rows}
        return self._found[model]
