"""The registry's tables."""

from validator.registry.models.base import Base, Change
from validator.registry.models.certificates import ApprovalRow, Certificate, CertificateEvent, CommitteePaper
from validator.registry.models.dispensations import DispensationRow
from validator.registry.models.equipment import (
    ApprovalListRow,
    EquipmentType,
    EquipmentVariant,
    Firmware,
    Manufacturer,
    ManufacturerAlias,
)
from validator.registry.models.law import CopIssueRow, SourceRow
from validator.registry.models.protocols import OutstationType, ProtocolApproval
from validator.registry.models.standing import StandingRow

__all__ = [
    "ApprovalListRow",
    "ApprovalRow",
    "Base",
    "Certificate",
    "CertificateEvent",
    "Change",
    "CommitteePaper",
    "CopIssueRow",
    "DispensationRow",
    "EquipmentType",
    "EquipmentVariant",
    "Firmware",
    "Manufacturer",
    "ManufacturerAlias",
    "OutstationType",
    "ProtocolApproval",
    "SourceRow",
    "StandingRow",
]
