"""The registry's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_HELD = sa.text("retracted_at IS NULL")


def _recorded() -> tuple[sa.Column[object], ...]:
    """When a row was known, and the changes that recorded and retracted it."""
    return (
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("retracted_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_in", sa.Integer(), sa.ForeignKey("registry_change.revision"), nullable=False),
        sa.Column("retracted_in", sa.Integer(), sa.ForeignKey("registry_change.revision")),
    )


def _cited() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "registry_change",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_registry_change"),
    )
    op.create_table(
        "committee_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=255), nullable=False),
        sa.Column("committee", sa.String(length=64), nullable=False),
        sa.Column("paper", sa.String(length=255), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        *_cited(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_committee_paper"),
    )
    op.create_index("ix_committee_paper_event", "committee_paper", ["event"], unique=False)
    op.create_table(
        "cop_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cop", sa.String(length=64), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("committees", sa.String(length=64), nullable=False),
        *_cited(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_cop_issue"),
    )
    op.create_index("ix_cop_issue_cop_issue", "cop_issue", ["cop", "issue"], unique=False)
    op.create_table(
        "dispensation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("cop", sa.String(length=255), nullable=False),
        sa.Column("issue", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("allows_issues_before", sa.Date(), nullable=True),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("meter_type", sa.String(length=255), nullable=False),
        sa.Column("variant", sa.String(length=255), nullable=False),
        sa.Column("msids", sa.String(), nullable=False),
        sa.Column("installed_before", sa.Date(), nullable=True),
        sa.Column("installed_from", sa.Date(), nullable=True),
        sa.Column("registered_before", sa.Date(), nullable=True),
        sa.Column("registered_from", sa.Date(), nullable=True),
        sa.Column("governs_issue", sa.String(length=64), nullable=False),
        sa.Column("replaces_limits", sa.String(), nullable=False),
        sa.Column("waives_checks", sa.String(), nullable=False),
        *_cited(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_dispensation"),
    )
    op.create_index(
        "uq_dispensation_held", "dispensation", ["ref"], unique=True, sqlite_where=_HELD, postgresql_where=_HELD
    )
    op.create_table(
        "manufacturer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        *_cited(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_manufacturer"),
        sa.UniqueConstraint("name", name="uq_manufacturer_name"),
    )
    op.create_table(
        "outstation_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("outstation_type", sa.String(length=255), nullable=False),
        sa.Column("manufacturer", sa.String(length=255), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        *_cited(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_outstation_type"),
    )
    op.create_index("ix_outstation_type_code", "outstation_type", ["code"], unique=False)
    op.create_table(
        "protocol_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collector", sa.String(length=255), nullable=False),
        sa.Column("outstation_type", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("instation_software", sa.String(length=255), nullable=False),
        sa.Column("date", sa.String(length=64), nullable=False),
        sa.Column("date_precision", sa.String(length=64), nullable=False),
        *_cited(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_approval"),
    )
    op.create_index(
        "ix_protocol_approval_collector_outstation_type",
        "protocol_approval",
        ["collector", "outstation_type"],
        unique=False,
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(length=255), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_index("ix_source_source", "source", ["source"], unique=False)
    op.create_table(
        "standing_data",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mpan_core", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("energised", sa.Boolean(), nullable=True),
        sa.Column("energised_from", sa.Date(), nullable=True),
        sa.Column("manufacturer", sa.String(length=255), nullable=True),
        sa.Column("meter_type", sa.String(length=255), nullable=True),
        sa.Column("variant", sa.String(length=255), nullable=True),
        sa.Column("firmware", sa.String(length=255), nullable=True),
        sa.Column("meter_serial", sa.String(length=255), nullable=True),
        sa.Column("outstation_id", sa.String(length=255), nullable=True),
        sa.Column("outstation_type", sa.String(length=255), nullable=True),
        sa.Column("cop", sa.String(length=64), nullable=True),
        sa.Column("issue", sa.Integer(), nullable=True),
        sa.Column("first_registered_on", sa.Date(), nullable=True),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("rated_kva", sa.Double(), nullable=True),
        sa.Column("meter_class_active", sa.String(length=64), nullable=True),
        sa.Column("ct_class", sa.String(length=64), nullable=True),
        sa.Column("resolution_kwh", sa.Double(), nullable=True),
        sa.Column("register_digits", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(length=64), nullable=True),
        sa.Column("collector", sa.String(length=255), nullable=True),
        sa.Column("alarms_capable", sa.String(), nullable=True),
        *_cited(),
        *_recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_standing_data"),
    )
    op.create_index("ix_standing_data_firmware", "standing_data", ["firmware"], unique=False)
    op.create_index(
        "ix_standing_data_mpan_core", "standing_data", ["mpan_core", "role", "effective_from"], unique=False
    )
    op.create_table(
        "approval_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manufacturer_id", sa.Integer(), nullable=False),
        sa.Column("complete", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(["manufacturer_id"], ["manufacturer.id"], name="fk_approval_list_manufacturer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_approval_list"),
    )
    op.create_table(
        "equipment_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manufacturer_id", sa.Integer(), nullable=False),
        sa.Column("meter_type", sa.String(length=255), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(["manufacturer_id"], ["manufacturer.id"], name="fk_equipment_type_manufacturer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_equipment_type"),
        sa.UniqueConstraint("manufacturer_id", "meter_type", name="uq_equipment_type_manufacturer_id_meter_type"),
    )
    op.create_index("ix_equipment_type_meter_type", "equipment_type", ["meter_type"], unique=False)
    op.create_table(
        "manufacturer_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manufacturer_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(length=255), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(["manufacturer_id"], ["manufacturer.id"], name="fk_manufacturer_alias_manufacturer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_manufacturer_alias"),
    )
    op.create_index(
        "uq_manufacturer_alias_held",
        "manufacturer_alias",
        ["alias"],
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("equipment_type_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(["equipment_type_id"], ["equipment_type.id"], name="fk_certificate_equipment_type_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
    )
    op.create_table(
        "equipment_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("equipment_type_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=255), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(
            ["equipment_type_id"], ["equipment_type.id"], name="fk_equipment_variant_equipment_type_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_equipment_variant"),
        sa.UniqueConstraint("equipment_type_id", "variant", name="uq_equipment_variant_equipment_type_id_variant"),
    )
    op.create_table(
        "firmware",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("equipment_type_id", sa.Integer(), nullable=False),
        sa.Column("firmware", sa.String(length=255), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(["equipment_type_id"], ["equipment_type.id"], name="fk_firmware_equipment_type_id"),
        sa.PrimaryKeyConstraint("id", name="pk_firmware"),
        sa.UniqueConstraint("equipment_type_id", "firmware", name="uq_firmware_equipment_type_id_firmware"),
    )
    op.create_index("ix_firmware_firmware", "firmware", ["firmware"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("firmware_id", sa.Integer(), nullable=False),
        sa.Column("mounting", sa.String(length=64), nullable=False),
        sa.Column("outstation_integral", sa.String(length=64), nullable=False),
        sa.Column("replaces_firmware", sa.String(length=255), nullable=False),
        sa.Column("cop", sa.String(length=64), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("committees", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_from_precision", sa.String(length=64), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("protocol_affected", sa.String(length=64), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(["firmware_id"], ["firmware.id"], name="fk_approval_firmware_id"),
        sa.ForeignKeyConstraint(["variant_id"], ["equipment_variant.id"], name="fk_approval_variant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    op.create_index("ix_approval_retracted_at", "approval", ["retracted_at"], unique=False)
    op.create_index("ix_approval_variant_id_firmware_id", "approval", ["variant_id", "firmware_id"], unique=False)
    op.create_table(
        "certificate_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=255), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("variants", sa.String(), nullable=False),
        sa.Column("mountings", sa.String(), nullable=False),
        sa.Column("outstation_integral", sa.String(length=64), nullable=False),
        sa.Column("firmware_id", sa.Integer(), nullable=True),
        sa.Column("replaces_firmware_id", sa.Integer(), nullable=True),
        sa.Column("cops", sa.String(), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("protocol_affected", sa.String(length=64), nullable=False),
        sa.Column("received_on", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.String(length=64), nullable=False),
        sa.Column("published_on", sa.String(length=64), nullable=False),
        sa.Column("removed_on", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        *_cited(),
        *_recorded(),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name="fk_certificate_event_certificate_id"),
        sa.ForeignKeyConstraint(["firmware_id"], ["firmware.id"], name="fk_certificate_event_firmware_id"),
        sa.ForeignKeyConstraint(
            ["replaces_firmware_id"], ["firmware.id"], name="fk_certificate_event_replaces_firmware_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_event"),
    )
    op.create_index(
        "uq_certificate_event_held",
        "certificate_event",
        ["event"],
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
