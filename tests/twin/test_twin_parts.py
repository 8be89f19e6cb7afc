"""Countries that a table splits into parts: what is said of them is said of the country."""

import pytest

from chainwright import System, diagnose
from chainwright.report.glance import at_a_glance
from chainwright.report.suppliers import suppliers_of
from chainwright.system import Home
from layouts.icio import icio


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    file = icio("2023", extended=True)
    return file.write(tmp_path_factory.mktemp("icio") / "ICIO2023_2018.csv")


@pytest.mark.parametrize("home", ["USA", "CHN"])
def test_every_weak_link_is_counted_with_the_country_that_the_parts_are_of(path, home):
    told = []
    for fold in (False, True):
        system = System.read(path, fold=fold)
        necks = diagnose.stuck_necks(system, home=home).table()
        glance = at_a_glance(system, home=Home.of(system.flows, home))
        table = suppliers_of(glance, necks).table().set_index("region")
        named = necks["flagged"].astype(bool) & necks["top_supplier"].ne("")
        assert table["weak_links"].sum() == named.sum()
        told.append(table)
    assert list(told[0].index) == list(told[1].index)
    assert told[0]["imported_inputs"].to_numpy() == pytest.approx(told[1]["imported_inputs"])


@pytest.mark.parametrize("home", ["USA", "CHN", "CN1"])
def test_exports_are_the_same_at_a_glance_and_among_the_long_plates(path, home):
    system = System.read(path)
    glance = at_a_glance(system, home=Home.of(system.flows, home))
    plates = diagnose.long_plates(system, home=home).table()
    assert glance.exports.sum() == pytest.approx(plates["exports"].sum())
