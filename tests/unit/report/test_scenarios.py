"""The shocks that a brief looks at: chosen from what it found, or given in files."""

import pandas as pd
import pytest

import chainwright as cw
from chainwright import diagnose
from chainwright.errors import MissingFileError
from chainwright.report.scenarios import CLOSURE_DAYS, EMBARGO_DAYS, closure, embargo, given_shocks
from chainwright.stress import Blow, Shock
from chainwright.system import Home
from toys import long_table, toy_table

ROW = {
    "product_class": "goods",
    "imported_share": 0.5,
    "finding": "mostly imported",
    "exposure_direct": 0.2,
    "exposure_look_through": 0.1,
}


class Necks:
    """Findings that were made up."""

    def __init__(self, *rows, named=True):
        self.rows, self.names_suppliers = rows, named

    def table(self):
        return pd.DataFrame([{**ROW, **row} for row in self.rows])


class Scan:
    """A knock-out scan that was made up: weight of each node at home."""

    def __init__(self, weights):
        self.weights = weights

    def table(self):
        rows = [
            {"region": r, "sector": s, "place": "home", "sector_class": c, "loss_total": w}
            for r, s, c, w in self.weights
        ]
        return pd.DataFrame(
            rows, columns=["region", "sector", "place", "sector_class", "loss_total"]
        )


NONE = Scan([])


def told(user, product, supplier, **more):
    return {"sector": user, "product": product, "top_supplier": supplier, **more}


@pytest.fixture(scope="module")
def at_a(toy):
    return Home.of(toy.flows, "A")


def test_the_first_stuck_neck_among_goods_comes_before_a_larger_reliance(toy, at_a):
    necks = Necks(
        told("m", "k", "C", exposure_look_through=0.9),
        told("k", "m", "B", finding="stuck neck", exposure_direct=0.6),
        told("m", "m", "C", finding="stuck neck"),
        told("k", "k", "C", finding="stuck neck", product_class="services"),
    )
    found = embargo(toy.flows, at_a, necks)
    (cut,) = found.shock.blows
    assert (found.key, found.reason) == ("embargo", "stress_why_neck")
    assert (cut.kind, cut.regions, cut.products, cut.buyers) == (
        "supply_cut",
        ("B",),
        ("m",),
        ("A",),
    )
    assert (cut.share, cut.start_day, cut.days) == (1.0, 0.0, EMBARGO_DAYS)
    assert (found.told["user"], found.told["exposure"]) == ("k", 0.6)
    assert found.shock.checked(toy) is found.shock


def test_without_a_stuck_neck_the_largest_reliance_on_a_named_supplier_is_cut(toy, at_a):
    necks = Necks(
        told("m", "k", "C", exposure_look_through=0.3),
        told("k", "m", "B", exposure_look_through=0.4),
        told("m", "m", "", finding="supplier unknown"),
        told("k", "k", "C", exposure_look_through=0.9, imported_share=0.0),
    )
    found = embargo(toy.flows, at_a, necks)
    assert found.reason == "stress_why_reliance"
    assert found.shock.blows[0].regions == ("B",)
    assert found.told["through"] == 0.4


def test_where_reliance_through_all_tiers_is_not_known_the_direct_one_counts(toy, at_a):
    nan = float("nan")
    necks = Necks(
        told("m", "k", "C", exposure_direct=0.7, exposure_look_through=nan),
        told("k", "m", "B", exposure_direct=0.1, exposure_look_through=nan),
    )
    assert embargo(toy.flows, at_a, necks).shock.blows[0].regions == ("C",)


def test_a_region_of_many_countries_is_never_chosen(at_a):
    flows = cw.System.from_table(toy_table(), composite=["B"]).flows
    necks = Necks(told("k", "m", "B", finding="stuck neck"), told("m", "k", "C"))
    assert embargo(flows, at_a, necks).shock.blows[0].regions == ("C",)
    assert embargo(flows, at_a, Necks(told("k", "m", "B", finding="stuck neck"))) is None


def test_where_no_supplier_is_named_all_imports_of_the_most_imported_input_stop():
    rows = long_table(
        **{
            "intermediate": {("CHN:m", "CHN:k"): 4.0, ("CHN:k", "CHN:m"): 3.0},
            "import": {("abroad:m", "CHN:k"): 2.0, ("abroad:k", "CHN:m"): 1.0},
            "final": {("CHN:m", "CHN:c"): 5.0, ("CHN:k", "CHN:c"): 5.0},
        },
    )
    system = cw.System.from_table(rows)
    home = Home.of(system.flows, "CHN")
    necks = Necks(
        told("m", "k", "", imported_share=0.25), told("k", "m", "", imported_share=0.4), named=False
    )
    found = embargo(system.flows, home, necks)
    assert found.reason == "stress_why_imported"
    assert (found.shock.blows[0].regions, found.shock.blows[0].products) == (("abroad",), ("m",))
    assert found.shock.checked(system) is found.shock
    assert embargo(system.flows, home, Necks(told("m", "k", "", imported_share=0.0))) is None


def test_a_supplier_outside_the_nation_delivers_to_none_of_it(toy):
    home = Home.of(toy.flows, "A", "A+B")
    outside = embargo(toy.flows, home, Necks(told("k", "m", "C")), nation="A+B")
    assert outside.shock.blows[0].buyers == ("A", "B")
    assert "A and B" in outside.shock.name_en
    inside = embargo(toy.flows, home, Necks(told("k", "m", "B")), nation="A+B")
    assert inside.shock.blows[0].buyers == ("A",)
    assert "A and B" not in inside.shock.name_en


def test_of_one_region_the_largest_factory_sector_closes(wiod2011):
    home = Home.of(wiod2011.flows, "CHN")
    found = closure(wiod2011.flows, home, NONE)
    (shut,) = found.shock.blows
    assert (shut.kind, shut.nodes, shut.share, shut.days) == (
        "capacity",
        ("CHN:c14",),
        1.0,
        CLOSURE_DAYS,
    )
    output = wiod2011.flows.output[home.mask(wiod2011.flows)]
    assert found.reason == "stress_why_sector"
    assert found.told["share"] == pytest.approx(output[13] / output.sum())
    assert found.shock.name_en == "“Electrical and optical equipment” in China closed for 4 weeks"


def test_of_several_regions_all_factories_of_the_largest_close(wiod2011):
    home = Home.of(wiod2011.flows, "EU27")
    found = closure(wiod2011.flows, home, NONE)
    (shut,) = found.shock.blows
    assert shut.nodes == tuple(f"DEU:c{i}" for i in range(3, 17))
    assert (found.reason, found.told["count"]) == ("stress_why_region", 14)
    assert 0.2 < found.told["share"] < 0.4
    assert found.shock.checked(wiod2011) is found.shock


def test_parts_of_one_country_count_as_one_region():
    rows = toy_table().replace({"A": "CN1", "B": "CN2", "C": "USA"})
    system = cw.System.from_table(rows)
    home = Home.of(system.flows, ["CN1", "CN2"])
    found = closure(system.flows, home, NONE)
    assert found.shock.blows[0].nodes == ("CN1:m", "CN2:m")
    assert found.told["count"] == 1
    assert found.told["share"] == pytest.approx(240.0 / 455.0)


def test_in_a_table_of_one_region_the_most_central_goods_sector_closes(nbs2018):
    region = nbs2018.flows.nodes.regions.codes[0]
    home = Home.of(nbs2018.flows, region)
    dropped = diagnose.dropped_chains(nbs2018, home=region)
    found = closure(nbs2018.flows, home, dropped)
    frame = dropped.table()
    goods = frame[(frame["place"] == "home") & frame["sector_class"].eq("goods")]
    first = goods.sort_values("loss_total", ascending=False).iloc[0]
    assert found.reason == "stress_why_central"
    assert found.shock.blows[0].nodes == (f"{region}:{first['sector']}",)


def test_without_weights_the_largest_sector_of_a_single_region_closes():
    cells = {("X:m", "X:k"): 4.0, ("X:k", "X:m"): 3.0}
    final = {("X:m", "X:c"): 1.0, ("X:k", "X:c"): 9.0}
    system = cw.System.from_table(long_table(intermediate=cells, final=final))
    home = Home.of(system.flows, "X")
    by_output = closure(system.flows, home, NONE)
    assert (by_output.reason, by_output.shock.blows[0].nodes) == ("stress_why_sector", ("X:k",))
    weights = Scan([("X", "m", "unclassified", 9.0), ("X", "k", "services", 99.0)])
    central = closure(system.flows, home, weights)
    assert (central.reason, central.shock.blows[0].nodes) == ("stress_why_central", ("X:m",))


def test_shocks_that_are_given_go_by_the_names_of_their_files(tmp_path):
    shut = Shock((Blow("capacity", nodes="A:m", share=0.5, days=10),), name_en="Half shut")
    paths = []
    for folder, name in (("a", "flood"), ("b", "flood"), ("c", "embargo"), ("d", "port closed")):
        (tmp_path / folder).mkdir()
        paths.append(str(shut.write(tmp_path / folder / f"{name}.toml")))
    made = given_shocks(paths)
    assert [c.key for c in made] == ["flood", "flood-2", "embargo-2", "port-closed"]
    assert all(c.shock == shut and not c.reason for c in made)
    with pytest.raises(MissingFileError):
        given_shocks([str(tmp_path / "none.toml")])
