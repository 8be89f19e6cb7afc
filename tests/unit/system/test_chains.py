"""The part `chains`: maps by name or folder, written and read back."""

import pickle

import numpy as np
import pandas as pd
import pytest

import chainwright.system.chains as module
from chainmaps import TABLES, edited, made_up, written
from chainwright import System
from chainwright.errors import (
    LabelError,
    MissingFileError,
    MissingPartError,
    TableError,
    UnknownCodeError,
)
from chainwright.system import Chains, chain_map, write_chain

OURS = ["lithium-ion-battery", "automotive-steel", "advanced-chips", "photovoltaics"]


def bytes_in(folder):
    return {table: (folder / f"{table}.csv").read_bytes() for table in TABLES}


def test_a_folder_gives_a_chain_its_name(tmp_path):
    chain = chain_map(written(tmp_path / "toy"))
    assert (chain.name, chain.title_en, chain.title_zh) == ("toy", "toy", "toy")
    assert repr(chain) == "<Chain toy: 5 nodes, 5 links, 6 rows of supply>"
    assert chain.axis.names_zh[0] == "天然石墨"
    assert chain.axis.parents[2] == "equipment"


def test_the_folder_where_one_stands_has_its_name_too(tmp_path, monkeypatch):
    monkeypatch.chdir(written(tmp_path / "toy"))
    assert chain_map(".").name == "toy"


def test_links_are_known_by_their_nodes(tmp_path):
    chain = chain_map(written(tmp_path / "toy"))
    every = chain.adjacency().toarray()
    assert every.sum() == 5
    graphite, anode, cell = chain.axis.index(["graphite", "anode", "cell"])
    assert every[graphite, anode] == every[anode, cell] == every[cell, graphite] == 1
    essential = chain.adjacency(essential=True).toarray()
    assert essential.sum() == 2
    assert essential[anode, cell] == 1
    assert essential[graphite, anode] == 0


def test_a_written_chain_has_the_bytes_that_were_read(tmp_path):
    read = written(tmp_path / "toy")
    write_chain(chain_map(read), tmp_path / "again")
    assert bytes_in(tmp_path / "again") == bytes_in(read)
    assert sorted(p.name for p in (tmp_path / "again").iterdir()) == [
        "links.csv", "nodes.csv", "supply.csv"
    ]  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_each_chain_of_ours_is_in_order_and_survives_a_round_trip(tmp_path, name):
    chain = chain_map(name)
    assert chain.name == name
    assert chain.title_zh != chain.title_en
    assert chain.nodes["final"].any()
    write_chain(chain, tmp_path / name)
    again = chain_map(tmp_path / name)
    assert again.origin.sha256 == chain.origin.sha256
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(chain, table))


def test_ours_are_the_four_that_the_manual_names():
    assert list(Chains.ours()) == OURS


def test_writing_over_a_chain_leaves_other_files_alone(tmp_path):
    folder = written(tmp_path / "toy")
    (folder / "notes.md").write_text("kept")
    write_chain(made_up(1), folder)
    assert (folder / "notes.md").read_text() == "kept"
    assert len(chain_map(folder).nodes) == 8


def test_a_chain_that_is_not_in_order_is_not_written(tmp_path):
    chain = made_up(1)
    chain.nodes.loc[0, "gap"] = 2.0
    with pytest.raises(TableError, match="column 'gap': found 2"):
        write_chain(chain, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_write_that_fails_half_way_leaves_all_as_it_was(tmp_path, monkeypatch):
    folder = written(tmp_path / "toy")
    before = bytes_in(folder)
    real, calls = module.replaced, []

    def failing(path):
        calls.append(path)
        if len(calls) % 3 == 0:
            message = "the disk is full"
            raise OSError(message)
        return real(path)

    monkeypatch.setattr(module, "replaced", failing)
    with pytest.raises(OSError, match="full"):
        write_chain(made_up(1), folder)
    assert bytes_in(folder) == before
    assert len(list(folder.iterdir())) == 3
    with pytest.raises(OSError, match="full"):
        write_chain(made_up(1), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_and_a_missing_parent_are_no_place_for_a_chain(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(MissingFileError, match="is a file"):
        write_chain(made_up(1), tmp_path / "file")
    with pytest.raises(MissingFileError, match="Make it first"):
        write_chain(made_up(1), tmp_path / "a" / "b")


def test_what_is_neither_a_name_nor_a_folder_is_refused_with_near_names(tmp_path):
    with pytest.raises(UnknownCodeError, match="Did you mean photovoltaics"):
        chain_map("photovoltaic")
    with pytest.raises(UnknownCodeError, match="chain map or folder"):
        chain_map(tmp_path / "nothing")


def test_the_order_of_rows_does_not_change_the_hash_and_any_cell_does(tmp_path):
    chain = chain_map(written(tmp_path / "toy"))
    lines = (tmp_path / "toy" / "links.csv").read_text("utf-8").splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])])
    assert chain_map(written(tmp_path / "b", links=turned)).origin.sha256 == chain.origin.sha256
    other = chain_map(written(tmp_path / "c", links=edited("links", 3, cost_share="0.13")))
    assert other.origin.sha256 != chain.origin.sha256


def test_a_system_reads_a_folder_with_a_chain(tmp_path):
    system = System.read(written(tmp_path / "toy"))
    assert system.has == {"chains"}
    assert list(system.chains) == ["toy"]
    assert system.origin["chain toy"]["format"] == "chain map"
    with pytest.raises(MissingPartError, match="flows"):
        _ = system.flows


def test_chains_of_several_systems_are_put_together(tmp_path):
    one, two = (System.read(written(tmp_path / name)) for name in ("one", "two"))
    assert list(one.joined(two).chains) == ["one", "two"]
    with pytest.raises(LabelError, match="same name"):
        one.joined(one)
    with pytest.raises(UnknownCodeError, match="Did you mean one"):
        _ = one.chains["on"]


def test_chains_can_be_sent_to_another_process(tmp_path):
    held = Chains(chain_map(written(tmp_path / "toy")), made_up(2))
    back = pickle.loads(pickle.dumps(held))  # noqa: S301
    assert list(back) == ["toy", "made-up"]
    np.testing.assert_array_equal(back["toy"].nodes["final"], held["toy"].nodes["final"])
    assert repr(back) == "<Chains: toy, made-up>"
