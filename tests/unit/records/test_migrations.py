"""Stores of earlier releases come to the newest tables with every row that they had."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from chainwright.errors import FormatError, StoreError
from chainwright.records import ProjectLedger, Store
from chainwright.records.engine import APPLICATION, store_engine, writing
from chainwright.records.issued_codes import CODE_OF_MONTH, LAST_CODE, latest_codes
from chainwright.records.migrations.upgrading import newest, revision_of, upgrade
from chainwright.records.reading_rows import rows_statement
from chainwright.records.tables import METADATA, reading
from store_worlds import readings, said, told

FIRMS = ("91330500MA28C1EK4T", "91330500MA2B3GH5X1")
"""Firms of the golden store: its release did not look at their check digits, which are wrong."""

GOLDEN = Path(__file__).parents[2] / "golden" / "records"


def old_store(path, revision="0001"):
    """Return a store of an earlier release, made from what that release wrote."""
    with sqlite3.connect(path) as connection:
        connection.executescript((GOLDEN / f"store-{revision}.sql").read_text("utf-8"))
    connection.close()
    return path


def row_hashes(path):
    """Return the SHA-256 of the sorted rows of each table."""
    found = {}
    with sqlite3.connect(path) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            rows = sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))  # noqa: S608
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    connection.close()
    return found


def test_a_store_of_the_first_release_keeps_every_row(tmp_path):
    path = old_store(tmp_path / "old.db")
    before = row_hashes(path)
    with Store.open(path) as store:
        after = row_hashes(path)
        assert {name: after[name] for name in before if name != "alembic_version"} == {
            name: value for name, value in before.items() if name != "alembic_version"
        }
        assert set(after) - set(before) == {
            "effect",
            "meter_share",
            "milestone",
            "project",
            "spending",
        }
        assert store.check()["audit"] == 6
        assert told(store.readings(firms=FIRMS[0]))[FIRMS[0], "oil", "diesel", "2026-10"][0] == 3.0
        assert store.revisions(FIRMS[0], "grid_electricity", "", "2026-10")["value"].tolist() == [
            8.5,
            7.25,
        ]
        assert store.code(FIRMS[0], "2026-09")["reason"] == "wrong meter"
        assert not len(ProjectLedger(store).table())


def test_an_upgraded_store_has_the_tables_of_a_new_one(tmp_path):
    Store.create(tmp_path / "new.db").close()
    Store.open(old_store(tmp_path / "old.db")).close()
    listed = []
    for name in ("new.db", "old.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
            listed.append({n: " ".join(sql.split()) for n, sql in connection.execute(query)})
        connection.close()
    assert listed[0] == listed[1]


def test_the_steps_make_the_tables_that_the_program_describes(tmp_path):
    with Store.create(tmp_path / "new.db") as store, store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert revision_of(connection) == newest() == "0002"
        tables = connection.exec_driver_sql("PRAGMA table_list").all()
    strict = {name for _, name, _, _, _, is_strict in tables if is_strict}
    assert strict == set(METADATA.tables)
    assert {name for _, name, _, _, without, _ in tables if without} == {"reading"}


def test_a_step_that_fails_leaves_the_store_as_it_was(tmp_path):
    path = old_store(tmp_path / "old.db")
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE spending (a TEXT)")  # in the way of the second step
    connection.close()
    before = row_hashes(path)
    with pytest.raises(StoreError, match="spending"):
        Store.open(path)
    assert row_hashes(path) == before


def test_an_earlier_store_cannot_be_read_only_and_a_later_one_not_at_all(tmp_path):
    path = old_store(tmp_path / "old.db")
    with pytest.raises(FormatError, match="Open it once for writing"):
        Store.open(path, read_only=True)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(FormatError):
            Store.open(path, read_only=read_only)
    with pytest.raises(FormatError, match="which a later release wrote"):
        Store.open(path)


def test_steps_can_be_taken_one_by_one(tmp_path):
    path = tmp_path / "new.db"
    engine = store_engine(path)
    with writing(engine, path) as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
        upgrade(connection, "0001")
        assert revision_of(connection) == "0001"
    engine.dispose()
    names = set(row_hashes(path))
    with Store.open(path) as store:
        assert not len(store.firms())
    assert set(row_hashes(path)) > names
    assert "project" not in names
    assert "reading" in names


def in_words(statement, dialect):
    compiled = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return " ".join(str(compiled).split())


STATEMENTS = {
    "reading": CreateTable(reading),
    "readings of two firms": rows_statement(firms=[3, 5], months=(680, 681), intake=4),
    "readings of all": rows_statement(months=(600, 681)),
    "the last code of a firm": LAST_CODE.params(one="F1"),
    "the code of a firm and month": CODE_OF_MONTH.params(one="F1", month=681),
    "codes of a month": latest_codes(month=681),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_for_postgresql_are_the_golden_ones(name):
    golden = dict(
        part.split("\n", 1)
        for part in (GOLDEN / "postgresql.txt").read_text("utf-8").strip().split("\n\n")
    )
    assert in_words(STATEMENTS[name], postgresql.dialect()) == golden[name]
    assert in_words(STATEMENTS[name], sqlite.dialect())


def test_the_last_row_of_a_golden_store_is_taken_up(tmp_path):
    with Store.open(old_store(tmp_path / "old.db")) as store:
        assert store.add_readings(readings(said(9.0, firm=FIRMS[1])), by="Li") == 3
        assert store.check()["audit"] == 7
