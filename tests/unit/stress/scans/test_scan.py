import numpy as np
import pandas as pd
import pytest

from chainwright import System
from chainwright.accounts import extraction, region_extraction
from chainwright.errors import LabelError, MissingPartError, ParameterError, UnknownCodeError
from chainwright.stress import (
    Blow,
    CascadeQuestion,
    Economy,
    InventoryModel,
    Shock,
    scan,
    simulate_pooled,
    systemic_risk,
)
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import Links
from worlds import national, world

SYSTEM = world(6, 3, 3)
MODEL = InventoryModel(stock_days=6.0, restoration_days=6.0)
FAST = {"engine": "inventories", "model": MODEL, "horizon": 40, "days": 15}


def firms():
    """Return a small network with regions, seeded."""
    rng = np.random.default_rng(2)
    codes = [f"f{i}" for i in range(8)]
    table = pd.DataFrame(
        {
            "firm": codes,
            "sector": rng.choice(["10", "24", "25"], 8),
            "region": ["N", "S"] * 4,
        }
    )
    pairs = [(a, b) for a in codes for b in codes if a != b and rng.random() < 0.3]
    links = pd.DataFrame(pairs, columns=["supplier", "buyer"])
    links["value"] = rng.random(len(links))
    return System(links=Links.of_table(links, table))


def test_nodes_are_those_of_extraction_and_home_is_counted():
    for home in (None, "R1"):
        table = scan(SYSTEM, home=home).table().set_index("hit")
        found = extraction(SYSTEM, home=home)
        told = found.output_lost if home is None else found.home_output_lost
        np.testing.assert_allclose(table.loc[list(SYSTEM.flows.nodes.codes), "lost"], told)
        counted = SYSTEM.flows.output[SYSTEM.flows.nodes.mask(regions=[home]) if home else ...]
        np.testing.assert_allclose(table["lost_share"], table["lost"] / counted.sum())
        assert (table["method"] == "exact").all()
    away = table.loc[["R0:s0"]]
    assert away["direct"].item() == 0.0
    assert np.isnan(away["multiple"].item())


def test_regions_are_those_of_region_extraction():
    table = scan(SYSTEM, of="regions").table().set_index("hit")
    for region in ("R0", "R1", "R2"):
        told = region_extraction(SYSTEM, region).output_lost.sum()
        assert table.loc[region, "lost"] == pytest.approx(told)
    assert scan(SYSTEM, of="regions", among="R1").table()["hit"].tolist() == ["R1"]


def test_among_says_what_may_fail():
    named = ["R0", "R1:s2"]
    codes = {"R0:s0", "R0:s1", "R0:s2", "R1:s2"}
    assert set(scan(SYSTEM, among=named).table()["hit"]) == codes
    links = scan(SYSTEM, of="links", among=named, share_above=0.0).table()
    assert set(links["hit"]) <= codes
    assert set(links["partner"]) > codes
    pairs = scan(SYSTEM, of="pairs", among=named).table()
    assert len(pairs) == 6
    assert len(scan(SYSTEM, of="pairs", among=named, top=2).table()) == 2
    assert set(scan(SYSTEM, of="worst", k=4, among=named).table()["hit"]) == codes


def test_the_worst_set_is_labelled_greedy_and_bounded():
    found = scan(SYSTEM, of="worst", k=3)
    table = found.table()
    assert table["method"].tolist() == ["greedy"] * 3
    assert table["gain"].sum() == pytest.approx(table["lost"].iloc[-1])
    assert (table["bound"] >= table["lost"] * (1.0 - 1e-12)).all()
    assert "63 %" in repr(found)
    assert found.origin["parameters"]["exact"] is False
    assert "demand-side" in found.origin["reading"]


def run_alone(blow, *, horizon=40):
    economy = Economy.of(SYSTEM)
    blows = sector_blows(SYSTEM, Shock((blow,)), horizon, 1.0)
    made = simulate_pooled(economy, blows, MODEL)
    lost = (economy.x0 - made.production).sum(axis=0)
    return lost, made.unmet_final.sum()


def test_inventories_scan_nodes_as_single_runs_do():
    table = scan(SYSTEM, share=0.8, **FAST).table().set_index("hit")
    for code in ("R0:s1", "R2:s0"):
        lost, unmet = run_alone(Blow("capacity", nodes=code, share=0.8, days=15))
        row = table.loc[code]
        assert row["lost"] == pytest.approx(lost.sum(), rel=1e-9)
        assert row["unmet_final"] == pytest.approx(unmet, rel=1e-9)
        x = SYSTEM.flows.output[SYSTEM.flows.nodes.find(code)]
        assert row["direct"] == pytest.approx(0.8 * 15 * x / 365)
        assert 0.0 < row["last"] <= 1.1


def test_inventories_scan_regions_and_links_as_single_runs_do():
    table = scan(SYSTEM, of="regions", home="R1", **FAST).table().set_index("hit")
    lost, _ = run_alone(Blow("capacity", regions="R2", share=1.0, days=15))
    home = SYSTEM.flows.nodes.mask(regions=["R1"])
    assert table.loc["R2", "lost"] == pytest.approx(lost[home].sum(), rel=1e-9)
    links = scan(SYSTEM, of="links", share_above=0.05, **FAST).table()
    z, x = SYSTEM.flows.matrix, SYSTEM.flows.output
    wanted = (z >= 0.05 * x) & ~np.eye(9, dtype=bool)
    assert len(links) == wanted.sum()
    assert links["lost"].is_monotonic_decreasing


def test_a_link_between_regions_fails_as_the_cut_of_its_buyer_does():
    links = scan(SYSTEM, of="links", share_above=0.01, **FAST).table()
    row = links[links["hit"].str[:2] != links["partner"].str[:2]].iloc[0]
    economy = Economy.of(SYSTEM)
    blow = Blow("supply_cut", nodes=row["hit"], buyers=row["partner"], share=1.0, days=15)
    blows = sector_blows(SYSTEM, Shock((blow,)), 40, 1.0)
    made = simulate_pooled(economy, blows, MODEL)
    lost = (economy.x0 - made.production).sum()
    assert row["lost"] == pytest.approx(lost, rel=1e-9, abs=1e-9)


def test_inventories_pairs_and_worst_are_greedy_and_right():
    pairs = scan(SYSTEM, of="pairs", shortlist=3, **FAST).table()
    assert (pairs["method"] == "greedy").all()
    first = pairs.iloc[0]
    both = Shock(
        tuple(
            Blow("capacity", nodes=code, share=1.0, days=15)
            for code in (first["hit"], first["partner"])
        )
    )
    economy = Economy.of(SYSTEM)
    made = simulate_pooled(economy, sector_blows(SYSTEM, both, 40, 1.0), MODEL)
    assert first["lost"] == pytest.approx((economy.x0 - made.production).sum(), rel=1e-9)
    worst = scan(SYSTEM, of="worst", k=2, shortlist=9, **FAST).table()
    assert worst["hit"].iloc[0] == pairs["hit"].iloc[0]
    assert worst["lost"].iloc[1] >= first["lost"] - 1e-9


def test_an_economy_that_does_not_come_back_is_told():
    frail = InventoryModel(stock_days=2.0, restoration_days=500.0)
    found = scan(SYSTEM, engine="inventories", model=frail, horizon=300, days=30, share=1.0)
    assert (found.table()["last"] < 0.5).any()
    assert any("ratchet down" in en for en, _ in found.rows.notes)


def test_a_nation_is_scanned_by_both_sector_engines():
    system = national(3)
    assert len(scan(system).table()) == 4
    assert len(scan(system, engine="inventories", horizon=12).table()) == 4
    with pytest.raises(LabelError, match="holds one region"):
        scan(system, of="regions")


@pytest.mark.parametrize("mode", ["reference", "fixpoint"])
def test_the_cascade_scans_firms_as_systemic_risk_does(mode):
    system = firms()
    question = CascadeQuestion(mode=mode, essential="linear", insist=True)
    table = scan(system, engine="cascade", question=question).table().set_index("hit")
    told = systemic_risk(system, mode=mode, essential="linear", insist=True).table()
    told = told.set_index("firm")["risk"]
    np.testing.assert_allclose(table["lost_share"], told.loc[table.index], rtol=1e-12)
    sales = system.links.sales.sum()
    np.testing.assert_allclose(table["lost"], table["lost_share"] * sales)


def test_the_cascade_scans_regions_pairs_and_the_worst():
    system = firms()
    question = CascadeQuestion(essential="linear")
    ask = {"engine": "cascade", "question": question}
    regions = scan(system, of="regions", **ask).table()
    assert set(regions["hit"]) == {"N", "S"}
    assert (regions["lost"] >= regions["direct"] - 1e-12).all()
    pairs = scan(system, of="pairs", shortlist=4, **ask).table()
    worst = scan(system, of="worst", k=2, shortlist=4, **ask).table()
    assert pairs["lost"].iloc[0] == pytest.approx(worst["lost"].iloc[1])
    half = scan(system, share=0.5, among=["f1", "f2"], **ask).table()
    assert set(half["hit"]) == {"f1", "f2"}


def test_progress_is_told():
    told = []
    scan(SYSTEM, progress=told.append, **FAST)
    assert told[-1] == "9 of 9 failures"
    told.clear()
    scan(SYSTEM, of="pairs", progress=told.append)
    assert told == ["pairs of 9 of 9 nodes"]


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"engine": "oracle"}, ParameterError, "extraction, inventories, cascade"),
        ({"of": "cities"}, ParameterError, "nodes, regions, links, pairs, worst"),
        ({"share": 0.5}, ParameterError, "scan by extraction"),
        ({"days": 5.0}, ParameterError, "scan by extraction"),
        ({"model": MODEL}, ParameterError, "scan by extraction"),
        ({"question": CascadeQuestion()}, ParameterError, "scan by extraction"),
        ({"engine": "inventories", "share": 1.5}, ParameterError, "0 to 1"),
        ({"engine": "inventories", "days": 0.0}, ParameterError, "above 0"),
        ({"of": "worst", "k": 0}, ParameterError, "1 or more"),
        ({"of": "worst", "k": 10}, ParameterError, "10 nodes or more"),
        ({"of": "pairs", "among": "R0:s0"}, ParameterError, "2 nodes or more"),
        ({"among": "R9"}, UnknownCodeError, "R9"),
        ({"home": "R9"}, UnknownCodeError, "R9"),
        ({"engine": "cascade"}, MissingPartError, "links"),
        ({"engine": "cascade", "of": "links"}, ParameterError, "failing firms"),
        ({"engine": "cascade", "home": "R0"}, ParameterError, "left out"),
        ({"engine": "inventories", "of": "links", "share_above": 1.0}, LabelError, "Lower"),
    ],
)
def test_odd_questions_are_refused_in_words(more, error, words):
    with pytest.raises(error, match=words):
        scan(SYSTEM, **more)


def test_unknown_firms_and_firms_without_regions_are_told():
    system = firms()
    question = CascadeQuestion(essential="linear")
    with pytest.raises(UnknownCodeError, match="f99"):
        scan(system, engine="cascade", question=question, among="f99")
    with pytest.raises(UnknownCodeError, match="region of the firms"):
        scan(system, engine="cascade", question=question, of="regions", among="W")
    table = pd.DataFrame({"firm": ["a", "b"], "sector": ["10", "24"]})
    links = pd.DataFrame({"supplier": ["a"], "buyer": ["b"], "value": [1.0]})
    bare = System(links=Links.of_table(links, table))
    with pytest.raises(MissingPartError, match="region of each firm"):
        scan(bare, engine="cascade", question=question, of="regions")
