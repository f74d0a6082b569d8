"""Every Idempotency-Key, also one that came with a body on record"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("collector_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_idempotency_keys_submission_id")),
        sa.PrimaryKeyConstraint("collector_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.execute(
        "insert into idempotency_keys (collector_id, key, submission_id) "
        "select collector_id, idempotency_key, id from submissions where idempotency_key is not null"
    )


def downgrade() -> None:
    op.drop_table("idempotency_keys")
