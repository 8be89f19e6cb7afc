"""The tables of a store: registry, readings with their history, codes, meters, audit, projects.

Each is the newest form; `migrations` has how a store of an earlier release comes to it.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.sqlite import REAL

__all__ = [
    "FIRM_COLUMNS",
    "METADATA",
    "audit",
    "code",
    "effect",
    "firm",
    "intake",
    "meter_share",
    "milestone",
    "project",
    "reading",
    "spending",
    "word",
]

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables, and how their constraints are named: a migration finds each by its name."""

WHOLE = BigInteger().with_variant(Integer(), "sqlite")
NUMBER: Double[float] = Double().with_variant(REAL(), "sqlite")

FIRM_COLUMNS = (
    "credit_code",
    "name_en",
    "name_zh",
    "place",
    "gbt4754",
    "division",
    "size",
    "source",
    "date",
    "sector",
    "market",
    "region",
)
"""Columns of text of the table of firms, after its identity and before its output."""


def _key() -> Column[int]:
    return Column("id", WHOLE, primary_key=True, autoincrement=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[float]:
    return Column(name, NUMBER)


def _whole(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, WHOLE, nullable=False, primary_key=key, autoincrement=False)


def _of(name: str, table: str, *, key: bool = False) -> Column[int]:
    target = ForeignKey(f"{table}.id")
    return Column(name, WHOLE, target, nullable=False, primary_key=key, autoincrement=False)


firm = Table(
    "firm",
    METADATA,
    _key(),
    _text("firm"),
    *(_text(name) for name in FIRM_COLUMNS),
    _number("output"),
    UniqueConstraint("firm"),
    sqlite_strict=True,
)
"""The registry: one row a firm, with the columns of the schema `firms`."""

word = Table("word", METADATA, _key(), _text("word"), UniqueConstraint("word"), sqlite_strict=True)
"""Words that readings refer to: items, texts, sources; 0 is the empty one."""

intake = Table(
    "intake",
    METADATA,
    _key(),
    _text("at"),
    _text("who"),
    _text("file"),
    _text("sha256"),
    _text("note"),
    _whole("given"),
    _whole("added"),
    _whole("revised"),
    _text("digest"),
    sqlite_strict=True,
)
"""One row a time that readings were taken in, whole or not at all."""

reading = Table(
    "reading",
    METADATA,
    _whole("month", key=True),
    _of("firm_id", "firm", key=True),
    _whole("kind", key=True),
    _of("item_id", "word", key=True),
    _of("intake_id", "intake", key=True),
    _number("value"),
    _of("text_id", "word"),
    _whole("quality"),
    _of("source_id", "word"),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""Readings as they were said: rows are only added; the last intake of a key holds.

The month leads, so that a month that comes is written at the end of the tree.
"""

code = Table(
    "code",
    METADATA,
    _of("firm_id", "firm", key=True),
    _whole("month", key=True),
    _whole("issue", key=True),
    _text("method"),
    _text("text"),
    _text("document"),
    _text("issued"),
    _text("expires"),
    _text("kid"),
    _text("root"),
    _text("withdrawn"),
    _text("withdrawn_by"),
    _text("reason"),
    sqlite_strict=True,
)
"""Codes as they were issued; a later issue of the same month stands before the earlier one."""

meter_share = Table(
    "meter_share",
    METADATA,
    _text("meter"),
    _text("site"),
    _of("firm_id", "firm"),
    _number("share"),
    _text("start"),
    _text("end"),
    _text("source"),
    UniqueConstraint("meter", "site", "firm_id", "start"),
    sqlite_strict=True,
)
"""Which share of a meter or account is of which site and firm, and from when to when."""

audit = Table(
    "audit",
    METADATA,
    _key(),
    _text("at"),
    _text("who"),
    _text("what"),
    _text("about"),
    _text("before"),
    _text("after"),
    _text("previous"),
    _text("sha256"),
    sqlite_strict=True,
)
"""Who changed what when: each row holds the hash of the row before."""

project = Table(
    "project",
    METADATA,
    _key(),
    _text("project"),
    _text("title_en"),
    _text("title_zh"),
    _text("kind"),
    _text("chain"),
    _text("region"),
    _text("firm"),
    _text("owner"),
    _text("status"),
    _text("effect_unit"),
    _text("start"),
    _text("end"),
    _number("budget"),
    _text("currency"),
    _whole("year"),
    _text("source"),
    _text("reason"),
    UniqueConstraint("project"),
    sqlite_strict=True,
)
"""Projects of every kind: the ledger's first table."""

milestone = Table(
    "milestone",
    METADATA,
    _of("project_id", "project", key=True),
    Column("milestone", Text, primary_key=True, nullable=False),
    _text("due"),
    _text("done"),
    sqlite_strict=True,
)
"""What a project reaches by when, and when it did."""

spending = Table(
    "spending",
    METADATA,
    _key(),
    _of("project_id", "project"),
    _text("date"),
    _number("amount"),
    _text("note"),
    sqlite_strict=True,
)
"""What a project paid, in the currency and year of its budget; what came back is negative."""

effect = Table(
    "effect",
    METADATA,
    _key(),
    _of("project_id", "project"),
    _text("stage"),
    _number("amount"),
    _text("date"),
    _text("verified_by"),
    _text("evidence"),
    sqlite_strict=True,
)
"""What a project promises and what was verified, in its unit; that of the last date holds."""
