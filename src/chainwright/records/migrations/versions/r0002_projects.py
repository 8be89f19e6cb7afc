"""Shares of meters, and the ledger of projects."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.sqlite import REAL

__all__ = ["upgrade"]

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: sa.Double[float] = sa.Double().with_variant(REAL(), "sqlite")


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, autoincrement=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _of_project(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=f"fk_{table}_project_id")


def upgrade() -> None:
    """Make the tables of meters and projects."""
    op.create_table(
        "meter_share",
        *_texts("meter", "site"),
        _whole("firm_id"),
        sa.Column("share", NUMBER),
        *_texts("start", "end", "source"),
        sa.UniqueConstraint(
            "meter", "site", "firm_id", "start", name="uq_meter_share_meter_site_firm_id_start"
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_meter_share_firm_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "project",
        _whole("id"),
        *_texts("project", "title_en", "title_zh", "kind", "chain", "region", "firm", "owner"),
        *_texts("status", "effect_unit", "start", "end"),
        sa.Column("budget", NUMBER),
        *_texts("currency"),
        _whole("year"),
        *_texts("source", "reason"),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
        sa.UniqueConstraint("project", name="uq_project_project"),
        sqlite_strict=True,
    )
    op.create_table(
        "milestone",
        _whole("project_id"),
        *_texts("milestone", "due", "done"),
        sa.PrimaryKeyConstraint("project_id", "milestone", name="pk_milestone"),
        _of_project("milestone"),
        sqlite_strict=True,
    )
    op.create_table(
        "spending",
        *(_whole(name) for name in ("id", "project_id")),
        *_texts("date"),
        sa.Column("amount", NUMBER),
        *_texts("note"),
        sa.PrimaryKeyConstraint("id", name="pk_spending"),
        _of_project("spending"),
        sqlite_strict=True,
    )
    op.create_table(
        "effect",
        *(_whole(name) for name in ("id", "project_id")),
        *_texts("stage"),
        sa.Column("amount", NUMBER),
        *_texts("date", "verified_by", "evidence"),
        sa.PrimaryKeyConstraint("id", name="pk_effect"),
        _of_project("effect"),
        sqlite_strict=True,
    )
