import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.accounts import extraction
from chainwright.diagnose import dropped_chains
from chainwright.errors import LabelError, ParameterError, UnknownCodeError
from chainwright.tables import schema
from toys import COLUMNS, MATRIX

OUTPUT = np.array([100.0, 100.0, 140.0, 115.0, 209.0, 136.0])


def shares():
    """Return each node's share of its user's input of its product, in the toy."""
    z = np.array(MATRIX, dtype=float)
    pooled = np.zeros_like(z)
    for product in (0, 1):
        pooled[product::2] = z[product::2].sum(axis=0)
    return z / pooled


def by_code(found):
    """Return the table with the node's code as index."""
    table = found.table()
    return table.set_index(table["region"] + ":" + table["sector"])


def chain(*deliveries):
    """Return a table of one link a pair ``("A:ore", "A:steel", 5.0)``, every output 100."""
    nodes = list(dict.fromkeys(code for link in deliveries for code in link[:2]))
    rows = [("intermediate", *a.split(":"), *b.split(":"), value) for a, b, value in deliveries]
    sold = {code: sum(v for a, _, v in deliveries if a == code) for code in nodes}
    rows += [("final", *n.split(":"), n.split(":")[0], "final", 100.0 - sold[n]) for n in nodes]
    return System.from_table(pd.DataFrame(rows, columns=COLUMNS))


def test_the_first_round_is_the_share_of_the_input_times_the_cut(toy):
    found = dropped_chains(toy, cut=0.2, least=0.0)
    W = shares()
    np.fill_diagonal(W, 0.0)
    np.testing.assert_allclose(found.shortage_first, 0.2 * W @ OUTPUT)


def test_a_user_that_buys_less_than_one_per_cent_of_its_output_is_left_out(toy):
    every, most = dropped_chains(toy, least=0.0), dropped_chains(toy)
    fewer = every.shortage_first - most.shortage_first
    # of its output of 209, C:m buys k for 5 from A, 2 from B and 12 from itself
    np.testing.assert_allclose(fewer, [0, 0, 0, 0.1 * 209 * 2 / 19, 0, 0], atol=1e-9)


def test_where_all_hang_together_all_lose_as_much_and_it_says_so(toy):
    found = dropped_chains(toy, cut=0.1)
    np.testing.assert_allclose(found.shortage_all, 0.1 * (OUTPUT.sum() - OUTPUT), rtol=1e-6)
    assert not found.discriminates
    assert any("does not discriminate" in en for en, _ in found.notes)
    assert any("缺乏区分度" in zh for _, zh in found.notes)
    assert "does not discriminate" in repr(found)
    assert any("does not discriminate" in note for note in found.parameters["notes"])


def test_a_chain_of_different_results_discriminates():
    found = dropped_chains(
        chain(("A:a", "A:b", 5.0), ("A:b", "A:c", 5.0), ("A:c", "A:d", 5.0), ("A:d", "A:e", 5.0))
    )
    np.testing.assert_allclose(found.shortage_all, [40.0, 30.0, 20.0, 10.0, 0.0])
    np.testing.assert_allclose(found.shortage_first, [10.0, 10.0, 10.0, 10.0, 0.0])
    assert found.discriminates
    assert found.notes == ()


def test_origins_of_a_product_pool():
    found = dropped_chains(chain(("A:ore", "A:steel", 5.0), ("B:ore", "A:steel", 15.0)))
    table = by_code(found)
    assert table.loc["A:ore", "share_of_input"] == pytest.approx(0.25)
    assert table.loc["A:ore", "shortage_first"] == pytest.approx(2.5)
    assert table.loc["B:ore", "shortage_first"] == pytest.approx(7.5)


def test_the_scarcest_input_decides_and_shortages_of_two_do_not_add_up():
    links = [("A:oil", "A:ore", 5.0), ("A:oil", "A:coal", 5.0)]
    users = [("A:ore", "A:steel", 5.0), ("A:coal", "A:steel", 5.0)]
    table = by_code(dropped_chains(chain(*links, *users)))
    assert table.loc["A:oil", "shortage_all"] == pytest.approx(30.0)  # ore, coal, steel: 10 each


def test_a_sector_that_feeds_itself_goes_on_losing():
    table = by_code(
        dropped_chains(chain(("A:m", "A:m", 30.0), ("B:m", "A:m", 10.0), ("B:m", "B:m", 0.0)))
    )
    assert table.loc["B:m", "shortage_first"] == pytest.approx(2.5)
    assert table.loc["B:m", "shortage_all"] == pytest.approx(10.0)  # l = .75 l + .025


@pytest.mark.parametrize(("least", "users"), [(0.01, 1), (0.05, 1), (0.0501, 0)])
def test_users_below_the_least_share_are_left_out(least, users):
    table = by_code(dropped_chains(chain(("A:ore", "A:steel", 5.0)), least=least))
    assert table.loc["A:ore", "users"] == users
    assert table.loc["A:ore", "shortage_first"] == pytest.approx(10.0 * users)
    assert table.loc["A:ore", "shortage_all"] == pytest.approx(10.0 * users)


def test_stocks_cover_the_first_days():
    system = chain(("A:ore", "A:steel", 5.0), ("A:steel", "A:car", 5.0))
    found = dropped_chains(system, cut=0.5, stock_days=10.0, days=100.0)
    table = by_code(found)
    assert table.loc["A:ore", "shortage_first"] == pytest.approx(100 * (0.5 - 0.1))
    assert table.loc["A:ore", "shortage_all"] == pytest.approx(100 * (0.4 + 0.3))
    assert found.parameters["stock_days"] == 10.0


def test_stocks_can_be_given_by_product():
    system = chain(("A:ore", "A:steel", 5.0), ("A:steel", "A:car", 5.0))
    found = dropped_chains(system, cut=0.5, stock_days={"ore": 20.0, "*": 10.0}, days=100.0)
    assert found.parameters["stock_days"] == {"ore": 20.0, "steel": 10.0, "car": 10.0}
    assert by_code(found).loc["A:ore", "shortage_all"] == pytest.approx(100 * (0.3 + 0.2))


def test_stocks_longer_than_the_cut_leave_nothing_to_lose(toy):
    found = dropped_chains(toy, stock_days=400.0)
    assert (found.shortage_first == 0.0).all()
    assert (found.shortage_all == 0.0).all()


def test_an_input_that_is_not_essential_stops_no_one(toy):
    rule = pd.DataFrame([("*", "m", 1)], columns=["user", "product", "essential"])
    table = dropped_chains(toy, essential=rule, least=0.0).table()
    assert (table.loc[table["sector"] == "k", "shortage_first"] == 0.0).all()
    assert (table.loc[table["sector"] == "k", "essential_users"] == 0).all()
    assert (table.loc[table["sector"] == "k", "users"] == 5).all()
    assert (table.loc[table["sector"] == "m", "shortage_first"] > 0.0).all()


def test_with_a_home_its_users_alone_are_counted(toy):
    found = dropped_chains(toy, home="A")
    W = shares()
    np.fill_diagonal(W, 0.0)
    np.testing.assert_allclose(found.shortage_first, 0.1 * W[:, :2] @ OUTPUT[:2])
    table = by_code(found)
    assert table.loc["C:m", "place"] == "abroad"
    assert table.loc["A:m", "place"] == "home"
    assert table.loc["C:m", "top_user"] == "A:m"
    assert table.loc["C:m", "users_output"] == pytest.approx(200.0)


def test_losses_are_those_of_extraction_and_stand_apart(toy):
    found = dropped_chains(toy, home="A")
    weights = extraction(toy, home="A")
    np.testing.assert_allclose(found.loss_total, weights.home_output_lost)
    np.testing.assert_allclose(found.loss_direct, [100, 100, 0, 0, 0, 0])
    np.testing.assert_allclose(
        dropped_chains(toy).loss_total,
        [196.08, 175.91, 183.63, 157.04, 261.94, 180.96],
        atol=0.005,
    )
    assert "must not be added" in str(found.origin["reading_of_losses"])


def test_the_cut_does_not_touch_the_losses(toy):
    small, large = dropped_chains(toy, cut=0.1), dropped_chains(toy, cut=0.9)
    np.testing.assert_array_equal(small.loss_total, large.loss_total)
    np.testing.assert_allclose(9.0 * small.shortage_first, large.shortage_first)


def test_rows_of_imports_are_suppliers_without_a_weight_of_their_own(toy):
    cut = toy.between(["A"])
    found = dropped_chains(cut, home="A")
    table = by_code(found)
    whole = by_code(dropped_chains(toy, home="A"))
    for code in ("B:m", "C:k"):
        assert table.loc[code, "place"] == "abroad"
        assert np.isnan(table.loc[code, "loss_total"])
        assert table.loc[code, "shortage_first"] == pytest.approx(whole.loc[code, "shortage_first"])


def test_a_supplier_without_a_country_is_marked(toy):
    system = System(replace(toy.flows, composite=frozenset({"C"})))
    table = by_code(dropped_chains(system))
    assert table.loc["C:m", "composite"]
    assert not table.loc["A:m", "composite"]


def test_a_competitive_table_cuts_home_and_imported_supply_together():
    rows = [
        ("intermediate", "H", "ore", "H", "steel", 20.0),
        ("intermediate", "H", "steel", "H", "ore", 1.0),
        ("final", "H", "ore", "H", "imports", -15.0),
        ("final", "H", "ore", "H", "household", 5.0),
        ("final", "H", "steel", "H", "household", 39.0),
    ]
    found = dropped_chains(System.from_table(pd.DataFrame(rows, columns=COLUMNS)))
    assert found.parameters["imports"] == "mixed"
    assert any("mixed" in en for en, _ in found.notes)


def test_a_table_in_single_precision_says_the_same_of_shortages(toy):
    small = {f: getattr(toy.flows, f).astype(np.float32) for f in ("matrix", "final")}
    single, whole = dropped_chains(System(replace(toy.flows, **small))), dropped_chains(toy)
    np.testing.assert_allclose(single.shortage_first, whole.shortage_first, rtol=1e-6)
    np.testing.assert_allclose(single.shortage_all, whole.shortage_all, rtol=1e-6)


def test_goods_are_listed_apart_from_services(toy):
    axis = replace(toy.flows.nodes.sectors, parents=("K", "C"))
    nodes = replace(toy.flows.nodes, sectors=axis)
    every = pd.DataFrame([("*", "*", 1)], columns=["user", "product", "essential"])
    table = dropped_chains(System(replace(toy.flows, nodes=nodes)), essential=every).table()
    assert table["sector_class"].tolist() == ["goods"] * 3 + ["services"] * 3
    assert table["rank"].tolist() == [1, 2, 3, 1, 2, 3]


def test_users_of_one_supplier_are_listed_the_hardest_hit_first(toy):
    users = dropped_chains(toy).users_of("C:m")
    assert users["shortage"].is_monotonic_decreasing
    assert "C:m" not in set(users["region"] + ":" + users["sector"])
    assert users["shortage"].sum() == pytest.approx(
        by_code(dropped_chains(toy)).loc["C:m", "shortage_first"]
    )


def test_an_unknown_supplier_is_refused(toy):
    with pytest.raises(UnknownCodeError, match="'C:x' is no known supplier"):
        dropped_chains(toy).users_of("C:x")


@pytest.mark.parametrize(
    ("question", "error", "words"),
    [
        ({"cut": 1.5}, ParameterError, "'cut' parameter of Cut"),
        ({"cut": -0.1}, ParameterError, "'cut' parameter of Cut"),
        ({"least": 2.0}, ParameterError, "'least' parameter of Cut"),
        ({"days": 0.0}, ParameterError, "'days' parameter of Cut"),
        ({"stock_days": -1.0}, ParameterError, "'stock_days' parameter of dropped_chains"),
        ({"stock_days": {"x": 1.0}}, UnknownCodeError, "'x' is no known product"),
        ({"home": "X"}, UnknownCodeError, "'X'"),
        ({"home": ["A", "B", "C"]}, LabelError, "whole table"),
    ],
)
def test_a_question_outside_its_range_is_refused(toy, question, error, words):
    with pytest.raises(error, match=words):
        dropped_chains(toy, **question)


def test_the_table_is_as_its_schema_says_and_is_saved_with_its_notes(toy, tmp_path):
    found = dropped_chains(toy)
    table = found.table()
    assert list(table.columns) == [c.column for c in schema("dropped_chains")]
    assert table["rank"].tolist() == list(range(1, 7))
    assert table["shortage_first"].is_monotonic_decreasing
    found.save(tmp_path / "chains.parquet")
    note = json.loads((tmp_path / "chains.parquet.origin.json").read_text("utf-8"))
    assert note["origin"]["parameters"]["cut"] == 0.1
    assert note["origin"]["parameters"]["notes"]


def test_the_chart_shows_the_first_suppliers_abroad(toy):
    found = dropped_chains(toy, home="A")
    figure = found.plot()
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    table = found.table()
    np.testing.assert_allclose(widths, table.loc[table["place"] == "abroad", "shortage_first"])
    assert "supplier abroad delivers 10% less" in figure.get_suptitle()


# Real tables


@pytest.fixture(scope="module")
def china(wiod2011):
    return dropped_chains(wiod2011, home="CHN")


def test_the_foreign_supplier_that_china_2011_misses_most_is_australian_ore(china):
    table = china.table()
    abroad = table[(table["place"] == "abroad") & ~table["composite"]]
    first = abroad.iloc[0]
    assert (first["region"], first["sector"], first["top_user"]) == ("AUS", "c2", "CHN:c12")
    assert first["top_user_share"] == pytest.approx(0.2093, abs=5e-5)
    assert abroad.iloc[1][["region", "sector"]].tolist() == ["TWN", "c14"]


def test_every_node_of_wiod_is_scanned_and_no_bound_is_broken(china, wiod2011):
    assert len(china.table()) == len(wiod2011.flows.nodes) == 1435
    assert (china.shortage_all >= china.shortage_first).all()
    x = wiod2011.flows.output[wiod2011.flows.nodes.mask(regions=["CHN"])].sum()
    assert china.shortage_all.max() <= 0.1 * x


def test_goods_of_wiod_come_first_and_services_stop_no_one_by_the_rule(china):
    table = china.table()
    assert table["sector_class"].drop_duplicates().tolist() == [
        "goods",
        "construction",
        "trade",
        "transport",
        "services",
    ]
    education = table[table["sector"] == "c32"]
    assert (education["shortage_first"] == 0.0).all()


def test_of_china_2018_the_imports_that_matter_most_are_chips_ore_and_crude(nbs2018):
    found = dropped_chains(nbs2018)
    table = found.table()
    abroad = table[table["place"] == "abroad"]
    assert abroad["sector"].tolist()[:3] == ["20", "04", "03"]
    assert abroad["composite"].all()
    assert not found.discriminates
