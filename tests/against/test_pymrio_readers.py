"""The same files read by us and by pymrio: every number equal, whatever the order."""

import warnings

import numpy as np
import pytest

import chainwright as cw
from layouts import icio, wiod
from layouts.made import of_wiod
from real import data

pymrio = pytest.importorskip("pymrio")

pytestmark = pytest.mark.against


@pytest.fixture(scope="module")
def world():
    """The world of 2011 with 41 regions and 35 sectors."""
    return of_wiod(data("wiod2013"))


def theirs(read, *words):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of files that lie beside official downloads
        return read(*words)


def equal(flows, io, *, users, rename=lambda code: code):
    """Assert that both hold the same numbers under the same labels."""
    nodes = [tuple(rename(part) for part in code.split(":", 1)) for code in flows.nodes.codes]
    people = [tuple(code.split(":", 1)) for code in flows.users.codes]
    assert set(io.Z.index) == set(nodes)
    assert set(users.columns) == set(people)
    assert np.array_equal(io.Z.loc[nodes, nodes].to_numpy(), flows.matrix)
    assert np.array_equal(users.loc[nodes, people].to_numpy(), flows.final)
    return nodes


@pytest.mark.parametrize("edition", icio.EDITIONS)
def test_icio_reads_as_parse_oecd_reads_it(edition, tmp_path):
    path = icio.icio(edition).write(tmp_path / f"ICIO{edition}_2018.csv")
    flows, io = cw.System.read(path).flows, theirs(pymrio.parse_oecd, path)
    nodes = equal(flows, io, users=io.Y)
    kinds = list(flows.value_added_kinds.codes)
    added = io.factor_inputs.F.loc[kinds, nodes].to_numpy()
    assert np.array_equal(added, flows.value_added)


@pytest.mark.parametrize("edition", icio.EDITIONS)
def test_extended_icio_folds_as_parse_oecd_folds_it(edition, tmp_path):
    path = icio.icio(edition, extended=True).write(tmp_path / f"ICIO{edition}_2018.csv")
    flows = cw.System.read(path, fold=True).flows
    io = theirs(pymrio.parse_oecd, path)
    nodes = [tuple(code.split(":", 1)) for code in flows.nodes.codes]
    assert set(io.Z.index) == set(nodes)
    # Sums of three numbers in another order: equal but for the last digit.
    np.testing.assert_allclose(io.Z.loc[nodes, nodes], flows.matrix, rtol=1e-15 * 4)
    people = [tuple(code.split(":", 1)) for code in flows.users.codes]
    np.testing.assert_allclose(io.Y.loc[nodes, people], flows.final, rtol=1e-15 * 4)


def test_icio_of_all_regions_made_from_the_world_of_2011_reads_alike(world, tmp_path):
    file = icio.icio("2021", regions=None, base=world)
    path = file.write_fast(tmp_path / "ICIO2021_2011.csv")
    flows, io = cw.System.read(path).flows, theirs(pymrio.parse_oecd, path)
    assert flows.matrix.shape == (3015, 3015)
    equal(flows, io, users=io.Y)
    known = world.matrix.sum()
    assert flows.matrix.sum() == pytest.approx(known, rel=1e-5)  # six digits are written


def test_the_wiod_workbook_reads_as_parse_wiod_reads_it(tmp_path):
    path = wiod.write_workbook(wiod.workbook(), tmp_path / "wiot11_row_apr12.xlsx")
    flows = cw.System.read(path).flows
    io = theirs(pymrio.parse_wiod, path, None, ("c_codes", "c_codes"))
    # pymrio spells Romania as ISO does; we keep the file's own codes.
    matrix = io.Z.rename(index={"ROU": "ROM"}, columns={"ROU": "ROM"})
    people = io.Y.rename(index={"ROU": "ROM"}, columns={"ROU": "ROM"})
    nodes = [tuple(code.split(":", 1)) for code in flows.nodes.codes]
    users = [tuple(code.split(":", 1)) for code in flows.users.codes]
    assert list(matrix.index) == nodes
    assert np.array_equal(matrix.to_numpy(), flows.matrix)
    assert np.array_equal(people.loc[nodes, users].to_numpy(), flows.final)
    assert np.array_equal(io.factor_inputs.F.to_numpy(), flows.value_added)
