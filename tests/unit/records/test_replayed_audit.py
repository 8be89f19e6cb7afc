"""A store whose tables were changed behind its audit is found, cell by cell."""

import shutil
import sqlite3

import pandas as pd
import pytest

from chainwright.errors import ChangedInputError
from chainwright.records import ProjectLedger, Store
from store_worlds import FIRMS, ledgered, readings, said, small_store


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a store with rows in every table."""
    path = tmp_path_factory.mktemp("kept") / "city.db"
    with small_store(path) as store:
        store.add_readings(readings(said(7.0)), by="Li", file="a.csv")
        store.add_readings(readings(said(8.0)), by="Wang", note="misread")
        ledger = ledgered(store)
        ledger.milestone("P1", "order", done="2026-11-12", by="Wang")
        ledger.milestone("P3", "tested", due="2027-01-01", by="Wang")
        store.put_firms(pd.DataFrame({"firm": [FIRMS[0]], "size": ["large"]}), by="Li")
        store.put_codes(
            pd.DataFrame({"firm": FIRMS, "period": "2026-10", "text": ["CC1:a", "CC1:b"]}), by="b"
        )
        store.withdraw(FIRMS[0], "2026-10", by="b", reason="wrong meter")
        names = ["meter", "site", "firm", "share", "start", "end", "source"]
        for share in (0.5, 0.25):
            rows = [
                ["m1", "", FIRMS[0], share, "", "", ""],
                ["m1", "", FIRMS[1], 1 - share, "", "", ""],
            ]
            store.put_meter_shares(pd.DataFrame(rows, columns=names), by="Li")
    return path


@pytest.fixture
def changed(kept, tmp_path):
    def change(statement):
        path = tmp_path / "city.db"
        shutil.copy(kept, path)
        with sqlite3.connect(path) as connection:
            assert connection.execute(statement).rowcount
        connection.close()
        with Store.open(path, read_only=True) as store:
            return store.check()

    return change


def test_a_store_that_nobody_touched_is_in_order(kept):
    with Store.open(kept, read_only=True) as store:
        assert store.check()["audit"] == len(store.audit())
        assert len(ProjectLedger(store).table()) == 3


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE firm SET gbt4754 = '3312'", "firm"),
        ("UPDATE firm SET output = 1 WHERE id = 1", f"firm {FIRMS[0]}"),
        ("UPDATE intake SET file = 'b.csv'", "intake 1"),
        ("UPDATE intake SET who = 'Zhao' WHERE id = 2", "intake 2"),
        ("UPDATE meter_share SET share = 0.75", "meters m1"),
        ("DELETE FROM meter_share", "meters m1"),
        ("UPDATE project SET budget = 1e9 WHERE project = 'P1'", "project P1"),
        ("UPDATE project SET status = 'done' WHERE project = 'P2'", "project P2"),
        ("UPDATE milestone SET due = '2030-01-01'", "milestone P1 order"),
        ("UPDATE spending SET amount = amount - 1", "spending P1"),
        ("DELETE FROM spending", "spending P1"),
        (
            "INSERT INTO spending SELECT id + 9, project_id, date, amount, note FROM spending",
            "spending P1",
        ),
        ("UPDATE effect SET amount = 2 * amount", "effect P1"),
        ("UPDATE effect SET stage = 'verified', verified_by = 'me'", "effect P2"),
        ("UPDATE code SET withdrawn = '', withdrawn_by = '', reason = ''", "withdrawal"),
        ("UPDATE code SET withdrawn = '2026-11-01', reason = 'x' WHERE firm_id = 2", FIRMS[1]),
        ("DELETE FROM code WHERE firm_id = 2", "codes of all firms"),
        ("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)", "meters m1"),
    ],
)
def test_a_row_that_is_not_what_the_audit_says_is_named(changed, statement, named):
    with pytest.raises(ChangedInputError, match="not what the audit says") as error:
        changed(statement)
    assert named in str(error.value)
