"""All or nothing: a store that is killed at any step leaves the old chain, the new one, or none."""

import os
from pathlib import Path

import pandas as pd
import pytest

import chainwright.system.maker as written
from chainwright.errors import ChainwrightError, TableError
from chainwright.system import Maker, intake, read_maker

CHAIN = {
    "products": {"item": ["P-1"], "demand_per_week": [10.0], "margin": [5.0]},
    "bill": {"parent": ["P-1", "P-1"], "component": ["A-1", "A-2"], "quantity": [2.0, 1.0]},
    "suppliers": {"supplier": ["V-1"], "name": ["V-1"]},
    "sites": {"site": ["S-0", "S-1"], "supplier": ["", "V-1"], "name": ["S-0", "S-1"]},
    "sourcing": {
        "item": ["P-1", "A-1", "A-2"],
        "supplier": ["", "V-1", "V-1"],
        "site": ["S-0", "S-1", "S-1"],
        "share": [1.0, 1.0, 1.0],
    },
    "stocks": {"item": ["A-1"], "quantity": [40.0]},
}
KILLED = 9


def toy(stock):
    """Return a maker with some stock, by which one version is told from another."""
    tables = {**CHAIN, "stocks": {"item": ["A-1"], "quantity": [stock]}}
    frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
    return Maker.of_tables("toy", currency="CNY", **frames)


def killed_at(step, chain, folder):
    """Write in a process of its own that dies at a step; return whether it died."""
    child = os.fork()
    if not child:
        left = [step]

        def dying(real):
            def counted(self, *args, **kwargs):
                if not left[0]:
                    os._exit(KILLED)
                left[0] -= 1
                return real(self, *args, **kwargs)

            return counted

        for name in ("write_bytes", "replace", "rename", "mkdir"):
            setattr(Path, name, dying(getattr(Path, name)))
        try:
            written.write_maker(chain, folder)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, KILLED}
    return code == KILLED


def stock_of(folder):
    return read_maker(folder).tables["stocks"]["quantity"].tolist()


def test_a_new_folder_is_whole_or_not_there_whenever_the_store_is_killed(tmp_path):
    step, seen = 0, set()
    while killed_at(step, toy(40.0), tmp_path / f"out{step}"):
        folder = tmp_path / f"out{step}"
        if folder.exists():
            assert stock_of(folder) == [40.0]
        seen.add(folder.exists())
        step += 1
    assert step > 9
    assert False in seen
    assert stock_of(tmp_path / f"out{step}") == [40.0]


def test_a_folder_that_is_there_is_never_read_half_old_half_new(tmp_path):
    step, outcomes = 0, set()
    while True:
        folder = tmp_path / f"out{step}"
        written.write_maker(toy(40.0), folder)
        died = killed_at(step, toy(77.0), folder)
        try:
            outcomes.add(tuple(stock_of(folder)))
        except ChainwrightError:
            outcomes.add("cannot be read")
        if not died:
            break
        step += 3
    assert outcomes == {(40.0,), (77.0,), "cannot be read"}
    assert step > 20
    assert stock_of(folder) == [77.0]


@pytest.mark.parametrize("step", range(1, 19, 3))
def test_a_store_that_fails_at_any_step_puts_the_old_files_back(step, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    written.write_maker(toy(40.0), folder)
    (folder / "my notes.txt").write_text("keep", "utf-8")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    real, calls = Path.replace, []

    def failing(self, target):
        calls.append(target)
        if len(calls) == step:
            raise OSError(28, "no room")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="no room"):
        written.write_maker(toy(77.0), folder)
    monkeypatch.undo()
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_other_files_in_the_folder_are_left_alone(tmp_path):
    written.write_maker(toy(40.0), tmp_path / "out")
    (tmp_path / "out" / "my notes.txt").write_text("keep", "utf-8")
    written.write_maker(toy(77.0), tmp_path / "out")
    assert (tmp_path / "out" / "my notes.txt").read_text("utf-8") == "keep"
    assert stock_of(tmp_path / "out") == [77.0]
    assert not [p for p in (tmp_path / "out").iterdir() if p.name.startswith(".")]


FILES = {
    "products.csv": "产品,周需求,毛利(元)\nP-1,10,5\n",
    "bom.csv": "父件,子件,用量\nP-1,A-1,2\nP-1,A-2,1\n",
    "sources.csv": "料号,供应商,工厂,份额\nP-1,,S-0,100%\nA-1,V-1,S-1,100%\nA-2,V-1,S-1,100%\n",
    "stock.csv": "料号,库存\nA-1,40\n",
}


def files_in(folder, **changed):
    """Write the files of a small chain, some of them changed; return their paths."""
    folder.mkdir(exist_ok=True)
    for name, text in {**FILES, **changed}.items():
        (folder / name).write_text(text, "utf-8")
    return sorted(folder.glob("*.csv"))


def test_the_hand_made_files_are_the_chain_that_was_meant(tmp_path):
    found = intake(files_in(tmp_path / "in"), name="toy maker")
    assert found.open == ()
    stored = found.system().maker.tables
    for table, frame in toy(40.0).tables.items():
        if len(frame) and table != "parts":
            pd.testing.assert_frame_equal(stored[table], frame)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stock.csv": "料号,库存\nA-1,some\n"},
        {"stock.csv": "料号,库存\nGhost,4\n"},
        {"bom.csv": "父件,子件,用量\nP-1,A-1,2\nP-1,A-2,-1\n"},
        {"sources.csv": "料号,供应商,份额\nA-1,V-1,70%\nA-1,V-2,70%\nP-1,V-1,1\nA-2,V-1,1\n"},
    ],
)
def test_one_wrong_cell_stores_nothing_and_says_where(wrong, tmp_path):
    found = intake(files_in(tmp_path / "in", **wrong))
    with pytest.raises(TableError) as caught:
        found.store(tmp_path / "out")
    assert len(caught.value.breaches) >= 1
    assert next(iter(wrong)) in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]


def test_a_circle_is_refused_with_its_way_and_no_part_of_it_is_stored(tmp_path):
    bom = "父件,子件,用量\nP-1,A-1,2\nA-1,A-2,1\nA-2,A-1,1\n"
    found = intake(files_in(tmp_path / "in", **{"bom.csv": bom}))
    with pytest.raises(TableError, match=r"A-1.*A-2|A-2.*A-1"):
        found.store(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    rejected = found.rows[found.rows["status"] == "rejected"]
    assert set(rejected["address"]) == {"line 3, column 2", "line 4, column 2"}
    bill = found.system(leave_out=True).maker.tables["bill"]
    assert bill[["parent", "component"]].to_numpy().tolist() == [["P-1", "A-1"]]


def test_leave_out_stores_the_rest_and_says_how_much_is_lost(tmp_path):
    stock = "料号,库存\nA-1,40\nGhost,4\nA-2,some\n"
    found = intake(files_in(tmp_path / "in", **{"stock.csv": stock}))
    assert (found.counts["rejected"], found.counts["possible"]) == (2, 0)
    found.store(tmp_path / "out", leave_out=True)
    stored = read_maker(tmp_path / "out")
    assert stored.tables["stocks"][["item", "quantity"]].to_numpy().tolist() == [["A-1", 40.0]]
    assert any("2 rejected" in note for note in stored.origin.notes)
    # what is stored as a chain is a chain: it is taken in again without a word
    again = intake(sorted((tmp_path / "out").glob("*.csv")))
    assert again.counts["matched"] == again.counts["read"]
    for table, frame in stored.tables.items():
        assert again.system().maker.tables[table].equals(frame), table
