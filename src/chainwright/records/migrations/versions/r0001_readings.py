"""Registry, readings with their history, codes, audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.sqlite import REAL

__all__ = ["upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: sa.Double[float] = sa.Double().with_variant(REAL(), "sqlite")


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, autoincrement=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables of the first release."""
    op.create_table(
        "firm",
        _whole("id"),
        *_texts("firm", "credit_code", "name_en", "name_zh", "place", "gbt4754", "division"),
        *_texts("size", "source", "date", "sector", "market", "region"),
        sa.Column("output", NUMBER),
        sa.PrimaryKeyConstraint("id", name="pk_firm"),
        sa.UniqueConstraint("firm", name="uq_firm_firm"),
        sqlite_strict=True,
    )
    op.create_table(
        "word",
        _whole("id"),
        *_texts("word"),
        sa.PrimaryKeyConstraint("id", name="pk_word"),
        sa.UniqueConstraint("word", name="uq_word_word"),
        sqlite_strict=True,
    )
    op.create_table(
        "intake",
        _whole("id"),
        *_texts("at", "who", "file", "sha256", "note"),
        *(_whole(name) for name in ("given", "added", "revised")),
        *_texts("digest"),
        sa.PrimaryKeyConstraint("id", name="pk_intake"),
        sqlite_strict=True,
    )
    op.create_table(
        "reading",
        *(_whole(name) for name in ("month", "firm_id", "kind", "item_id", "intake_id")),
        sa.Column("value", NUMBER),
        *(_whole(name) for name in ("text_id", "quality", "source_id")),
        sa.PrimaryKeyConstraint(
            "month", "firm_id", "kind", "item_id", "intake_id", name="pk_reading"
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_reading_firm_id"),
        sa.ForeignKeyConstraint(["item_id"], ["word.id"], name="fk_reading_item_id"),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name="fk_reading_intake_id"),
        sa.ForeignKeyConstraint(["text_id"], ["word.id"], name="fk_reading_text_id"),
        sa.ForeignKeyConstraint(["source_id"], ["word.id"], name="fk_reading_source_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code",
        *(_whole(name) for name in ("firm_id", "month", "issue")),
        *_texts("method", "text", "document", "issued", "expires", "kid", "root"),
        *_texts("withdrawn", "withdrawn_by", "reason"),
        sa.PrimaryKeyConstraint("firm_id", "month", "issue", name="pk_code"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_code_firm_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        _whole("id"),
        *_texts("at", "who", "what", "about", "before", "after", "previous", "sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_strict=True,
    )
