"""The file of a store: made whole, opened or refused, read only, torn, killed, backed up."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chainwright.errors import (
    ChangedInputError,
    FormatError,
    MissingFileError,
    MissingPartError,
    ParameterError,
    StoreError,
)
from chainwright.records import Store
from chainwright.records.audit_chain import HASHED, chained
from store_worlds import readings, said, small_store, told


def filled(path, intakes=2):
    store = small_store(path)
    for i in range(intakes):
        store.add_readings(readings(said(float(i)), said(1.0, kind="taxes")), by="Li")
    return store


def changed(path, *statements):
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_new_store_takes_no_place_that_is_taken_and_needs_a_folder(tmp_path):
    (tmp_path / "there.db").write_bytes(b"")
    with pytest.raises(ParameterError, match="not there yet"):
        Store.create(tmp_path / "there.db")
    with pytest.raises(MissingFileError, match="There is no folder"):
        Store.create(tmp_path / "no" / "city.db")
    assert [p.name for p in tmp_path.iterdir()] == ["there.db"]


def test_what_is_no_store_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match="There is no store"):
        Store.open(tmp_path / "no.db")
    (tmp_path / "text.db").write_text("firm,kind\n" * 100)
    (tmp_path / "empty.db").write_bytes(b"")
    changed(tmp_path / "other.db", "CREATE TABLE a (b)")
    for name in ("text.db", "empty.db", "other.db"):
        with pytest.raises(FormatError, match="is no store"):
            Store.open(tmp_path / name)


def test_a_store_is_durable_keeps_keys_and_lets_readers_go_on(tmp_path):
    with small_store(tmp_path / "city.db") as store, store.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30000,
    }


def test_all_that_was_said_is_there_when_it_is_opened_again(tmp_path):
    with filled(tmp_path / "city.db") as store:
        before = (told(store.readings()), store.digest(), store.firms())
    with Store.open(tmp_path / "city.db") as store:
        assert told(store.readings()) == before[0]
        assert store.digest() == before[1]
        assert store.firms().equals(before[2])
        assert store.check()["reading"] == 3


def test_a_store_that_is_read_only_answers_and_takes_nothing(tmp_path):
    filled(tmp_path / "city.db").close()
    with Store.open(tmp_path / "city.db", read_only=True) as store:
        assert store.readings().num_rows == 2
        with pytest.raises(StoreError, match="cannot be written"):
            store.add_readings(readings(said(9.0)), by="Li")
        assert store.readings().num_rows == 2


IN_A_FOLDER_THAT_IS_READ_ONLY = """
import ctypes, os, sys
from pathlib import Path
from chainwright.errors import StoreError
from chainwright.records import Store
folder = Path(sys.argv[1])
with Store.open(folder / "city.db") as store:  # all that it imports is there now
    store.readings()
os.chmod(folder / "city.db", 0o444)
os.chmod(folder, 0o555)
if os.geteuid() == 0:
    # Root can write every folder until it lays its powers down (capset, all at nought).
    # Another user would not do: it may not reach the program, nor what the program reads.
    version, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(version, none) == 0
with Store.open(folder / "city.db", read_only=True) as store:
    print(store.readings().num_rows, store.check()["reading"])
for ask in (lambda: Store.open(folder / "city.db"), lambda: Store.create(folder / "new.db")):
    try:
        ask()
    except StoreError as error:
        print(type(error).__name__, "cannot be" in str(error))
print(sorted(p.name for p in folder.iterdir()))
"""


def test_a_folder_that_is_read_only_can_be_read_and_else_says_why_not():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        filled(Path(folder) / "city.db").close()
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", IN_A_FOLDER_THAT_IS_READ_ONLY, folder],
            capture_output=True,
            text=True,
            check=False,
        )
        Path(folder).chmod(0o755)
    assert done.stdout.splitlines() == [
        "2 3",
        "StoreError True",
        "StoreError True",
        "['city.db']",
    ], done.stderr


def test_a_log_that_was_torn_loses_what_was_not_whole_and_nothing_else(tmp_path):
    path, log = tmp_path / "city.db", tmp_path / "city.db-wal"
    copy = tmp_path / "copy.db"
    with filled(path, intakes=1) as store:
        first = told(store.readings())
        size = log.stat().st_size
        store.add_readings(readings(said(5.0)), by="Li")
        for cut in (size, size + 10, (size + log.stat().st_size) // 2, log.stat().st_size - 1):
            for name in ("copy.db", "copy.db-wal", "copy.db-shm"):
                (tmp_path / name).unlink(missing_ok=True)
            shutil.copy(path, copy)
            Path(f"{copy}-wal").write_bytes(log.read_bytes()[:cut])
            with Store.open(copy) as torn:
                assert told(torn.readings()) == first
                assert torn.check()["intake"] == 1


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
import pandas as pd
from chainwright.records import Store
path, cycles = Path(sys.argv[1]), int(sys.argv[2])
firms = [f"F{i}" for i in range(40)]
with Store.create(path) as store:
    store.put_firms(pd.DataFrame({"firm": firms}), by="test")
rng = random.Random(7)
acknowledged = total = cut = 0
for cycle in range(cycles):
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        store = Store.open(path)
        while True:
            last = len(store.intakes())
            frame = pd.DataFrame({"firm": firms, "kind": "taxes", "period": "2026-10",
                                  "value": float(last + 1), "quality": "billed"})
            os.write(say, b"%d\\n" % store.add_readings(frame, by="test"))
    os.close(say)
    heard = b""
    while b"\\n" not in heard:
        heard += os.read(hear, 4096)
    time.sleep(rng.random() * 0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(hear, 4096):
        heard += more
    os.close(hear)
    acknowledged = int(heard.split()[-1])
    with Store.open(path) as store:
        counts = store.check()
        held = store.readings()["value"].to_pylist()
        assert acknowledged <= counts["intake"] <= acknowledged + 1, (acknowledged, counts)
        assert held == [float(counts["intake"])] * len(firms), held[:3]
        assert counts["reading"] == counts["intake"] * len(firms)
        assert counts["audit"] == counts["intake"] + len(firms)
print(cycles, acknowledged >= cycles)
"""


def test_a_process_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path):
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLED, str(tmp_path / "city.db"), "24"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ARROW_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    assert done.stdout == "24 True\n", done.stderr


def test_four_that_write_at_once_wait_for_each_other(tmp_path):
    with small_store(tmp_path / "city.db") as store:

        def takes_in(writer):
            with Store.open(store.path) as own:
                months = [f"{2000 + writer}-{m:02d}" for m in range(1, 11)]
                return [own.add_readings(readings(said(1.0, period=p)), by="Li") for p in months]

        with ThreadPoolExecutor(4) as pool:
            numbers = [n for found in pool.map(takes_in, range(4)) for n in found]
        assert sorted(numbers) == list(range(1, 41))
        assert store.readings().num_rows == 40
        assert store.check_audit() == 42


def test_a_reader_sees_one_moment_while_another_writes(tmp_path):
    with filled(tmp_path / "city.db", intakes=1) as store, store.reading() as connection:
        count = "SELECT count(*) FROM reading"
        before = connection.exec_driver_sql(count).scalar()
        with Store.open(store.path) as other:
            other.add_readings(readings(said(9.0)), by="Li")
        assert connection.exec_driver_sql(count).scalar() == before == 2


def test_a_backup_says_the_same_and_is_one_file(tmp_path):
    with filled(tmp_path / "city.db") as store:
        copy = store.backup(tmp_path / "backup.db")
        before = store.digest()
        store.add_readings(readings(said(9.0)), by="Li")
        assert store.digest() != before
        with pytest.raises(ParameterError, match="not there yet"):
            store.backup(copy)
        with pytest.raises(StoreError, match="cannot be written"):
            store.backup(tmp_path / "no" / "backup.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["backup.db", "city.db"]
    with Store.open(copy) as restored:
        assert restored.digest() == before
        assert restored.check()["intake"] == 2


TAMPERED = {
    "a reading": ("UPDATE reading SET value = 99 WHERE intake_id = 1", "Readings of intake 1"),
    "a reading taken out": ("DELETE FROM reading WHERE intake_id = 2", "Readings of intake 2"),
    "a word": ("UPDATE word SET word = 'meter' WHERE word = 'invoice'", "Readings of intakes 1, 2"),
    "a digest": ("UPDATE intake SET digest = 'x' WHERE id = 2", "Readings of intake 2"),
    "an intake": ("DELETE FROM intake WHERE id = 1", "rows refer to nothing"),
    "the audit": ("UPDATE audit SET who = 'Wang' WHERE id = 3", "row 3 is not as it was written"),
    "a row of the audit": ("DELETE FROM audit WHERE id = 2", "row 2 is missing"),
    "the first row": ("DELETE FROM audit WHERE id = 1", "row 1 is missing"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_the_store_is_found(tmp_path, what):
    filled(tmp_path / "city.db").close()
    statement, message = TAMPERED[what]
    changed(tmp_path / "city.db", statement)
    with (
        Store.open(tmp_path / "city.db") as store,
        pytest.raises(ChangedInputError, match=message),
    ):
        store.check()


def test_a_chain_that_was_written_anew_is_found_by_a_noted_head(tmp_path):
    with filled(tmp_path / "city.db") as store:
        head = store.audit()["sha256"].iloc[0]
        assert store.check_audit(head=head) == 4
    with sqlite3.connect(tmp_path / "city.db") as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM audit WHERE id = 4").fetchone())
        row["who"] = "Wang"
        connection.execute(
            "UPDATE audit SET who = 'Wang', sha256 = ? WHERE id = 4", (chained(row),)
        )
    connection.close()
    with Store.open(tmp_path / "city.db") as store:
        assert store.check_audit() == 4
        with pytest.raises(ChangedInputError, match=f"no row has the hash {head}"):
            store.check_audit(head=head)
    assert set(HASHED) < set(row)


def test_a_damaged_page_is_told(tmp_path):
    path = tmp_path / "city.db"
    filled(path, intakes=8).close()
    data = bytearray(path.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged|refuses"):
        Store.open(path).check()


def test_without_the_extra_a_store_says_what_to_install():
    code = (
        "import sys\n"
        "sys.modules['sqlalchemy'] = None\n"
        "from chainwright import records\n"
        "from chainwright.errors import MissingPartError\n"
        "from chainwright.records import IncidentLog\n"
        "try:\n"
        "    records.Store\n"
        "except MissingPartError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "pip install 'chainwright[records]'" in done.stdout, done.stderr
    assert issubclass(MissingPartError, LookupError)
