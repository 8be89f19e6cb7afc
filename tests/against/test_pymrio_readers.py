"""The same files read by us and by pymrio: every number equal, whatever the order."""

import warnings

import numpy as np
import pymrio
import pytest

import chainwright as cw
from layouts import icio, wiod
from layouts.made import of_wiod
from real import data

pytestmark = pytest.mark.against


@pytest.fixture(scope="module")
def world():
    """The world of 2011 with 41 regions and 35 sectors."""
    return of_wiod(data("wiod2013"))


def theirs(read, *words):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of files that lie beside official downloads
        return read(*words)


def pairs(nodes):
    return [tuple(code.split(":", 1)) for code in nodes.codes]


def farthest(flows, io):
    """Return the largest relative difference of a cell, after labels were found equal as sets."""
    nodes, users = pairs(flows.nodes), pairs(flows.users)
    assert set(io.Z.index) == set(nodes)
    assert set(io.Y.columns) == set(users)
    gaps = []
    for theirs, ours in (
        (io.Z.loc[nodes, nodes].to_numpy(), flows.matrix),
        (io.Y.loc[nodes, users].to_numpy(), flows.final),
    ):
        assert np.array_equal(theirs == 0.0, ours == 0.0)
        gaps.append((np.abs(theirs - ours) / np.where(ours == 0.0, 1.0, np.abs(ours))).max())
    return max(gaps)


@pytest.mark.parametrize("edition", icio.EDITIONS)
def test_icio_reads_as_parse_oecd_reads_it(edition, tmp_path):
    path = icio.icio(edition).write(tmp_path / f"ICIO{edition}_2018.csv")
    flows, io = cw.System.read(path).flows, theirs(pymrio.parse_oecd, path)
    assert farthest(flows, io) == 0.0
    kinds = list(flows.value_added_kinds.codes)
    added = io.factor_inputs.F.loc[kinds, pairs(flows.nodes)].to_numpy()
    assert np.array_equal(added, flows.value_added)


@pytest.mark.parametrize("edition", icio.EDITIONS)
def test_extended_icio_folds_as_parse_oecd_folds_it(edition, tmp_path):
    path = icio.icio(edition, extended=True).write(tmp_path / f"ICIO{edition}_2018.csv")
    flows = cw.System.read(path, fold=True).flows
    io = theirs(pymrio.parse_oecd, path)
    # Sums of three numbers in another order: equal but for the last digit.
    assert farthest(flows, io) <= 4e-16


def test_icio_of_all_regions_made_from_the_world_of_2011_reads_alike(world, tmp_path):
    file = icio.icio("2021", regions=None, base=world)
    path = file.write_fast(tmp_path / "ICIO2021_2011.csv")
    flows, io = cw.System.read(path).flows, theirs(pymrio.parse_oecd, path)
    assert flows.matrix.shape == (3015, 3015)
    assert farthest(flows, io) == 0.0
    known = world.matrix.sum()
    assert flows.matrix.sum() == pytest.approx(known, rel=1e-5)  # six digits are written


def test_the_wiod_workbook_reads_as_parse_wiod_reads_it(tmp_path):
    path = wiod.write_workbook(wiod.workbook(), tmp_path / "wiot11_row_apr12.xlsx")
    flows = cw.System.read(path).flows
    io = theirs(pymrio.parse_wiod, path, None, ("c_codes", "c_codes"))
    # pymrio spells Romania as ISO does; we keep the file's own codes.
    own = {"ROU": "ROM"}
    io.Z = io.Z.rename(index=own, columns=own)
    io.Y = io.Y.rename(index=own, columns=own)
    assert farthest(flows, io) == 0.0
    assert list(io.Z.index) == pairs(flows.nodes)
    assert np.array_equal(io.factor_inputs.F.to_numpy(), flows.value_added)
