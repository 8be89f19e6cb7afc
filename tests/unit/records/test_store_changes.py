import pandas as pd
import pytest

from chainwright.records import Store, StoreChanges
from store_worlds import FIRMS, ledgered, readings, said, small_store


def put(store, firm):
    store.put_firms(pd.DataFrame({"firm": [firm]}), by="test")


def broken(store):
    with store.writing() as (connection, _):
        connection.exec_driver_sql("DELETE FROM firm")
        return 1 / 0


def test_the_number_changes_with_each_writing_and_not_without(tmp_path):
    with Store.create(tmp_path / "city.db") as store, StoreChanges(store) as changes:
        seen = [changes.number(), changes.number()]
        assert seen[0] == seen[1]
        for firm in ("F1", "F2"):
            put(store, firm)
            seen.append(changes.number())
        assert len(set(seen)) == 3
        store.firms()
        assert changes.number() == seen[-1]


def test_what_another_store_of_the_same_file_writes_is_seen_by_a_reader(tmp_path):
    Store.create(tmp_path / "city.db").close()
    with (
        Store.open(tmp_path / "city.db", read_only=True) as reader,
        StoreChanges(reader) as changes,
    ):
        before = changes.number()
        with Store.open(tmp_path / "city.db") as writer:
            put(writer, "F1")
        assert changes.number() != before
        assert reader.firms()["firm"].tolist() == ["F1"]


def test_readings_that_come_in_are_no_change_of_what_pages_show(tmp_path):
    with small_store(tmp_path / "city.db") as store, StoreChanges(store) as changes:
        before = changes.number()
        store.add_readings(readings(said(7.0)), by="test")
        assert changes.number() == before
        rows = {"firm": FIRMS[0], "period": ["2026-10"], "text": ["CC1:X"]}
        store.put_codes(pd.DataFrame(rows), by="test")
        issued = changes.number()
        assert issued != before
        store.add_readings(readings(said(8.0)), by="test")
        store.withdraw(FIRMS[0], "2026-10", by="test", reason="wrong")
        assert changes.number() not in {before, issued}
        ledgered(store)
        assert changes.number() != issued


def test_a_change_that_is_taken_back_is_none(tmp_path):
    with Store.create(tmp_path / "city.db") as store, StoreChanges(store) as changes:
        before = changes.number()
        with pytest.raises(ZeroDivisionError):
            broken(store)
        assert changes.number() == before
