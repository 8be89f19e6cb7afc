"""The three diagnoses and the assessment against plain numpy twins, column by column."""

import numpy as np
import pandas as pd
import pytest

import twins
from chainwright import diagnose
from chainwright.system import Home

ALL_ESSENTIAL = pd.DataFrame({"user": ["*"], "product": ["*"], "essential": [1]})

HOMES = [
    ("toy", "A", None),
    ("toy", ["A", "B"], None),
    ("toy", "A", ["A", "B"]),
    ("wiod2011", "CHN", None),
    ("wiod2011", "EU27", None),
    ("wiod2011", "DEU", "EU27"),
    ("demo", "44", None),
    ("demo", ["44", "31"], "CHN"),
    ("nbs2018", "CHN", None),
    ("cut", "CHN", None),
]
asked = pytest.mark.parametrize(("name", "home", "nation"), HOMES)


def assert_same(frame, columns):
    """Assert that the columns agree to 1e-10 of the largest, empty where the twin is empty."""
    for name, wanted in columns.items():
        twin = np.asarray(wanted, dtype=float)
        scale = np.nanmax(np.abs(twin), initial=1e-3)
        ours = frame[name].to_numpy(dtype=float, na_value=np.nan)
        np.testing.assert_allclose(ours, twin, rtol=1e-9, atol=1e-10 * scale, err_msg=name)


def of_sectors(system):
    """Return which product is essential to which sector by the rule of ours, as dicts."""
    axis = system.flows.nodes.sectors
    rule = diagnose.essential_inputs(axis, axis).matrix
    return {
        p: {u: bool(rule[i, j]) for j, u in enumerate(axis.codes)} for i, p in enumerate(axis.codes)
    }


def texts(column):
    """Return texts with None for an empty cell."""
    return [None if pd.isna(a) or a == "" else a for a in column]


@pytest.mark.parametrize(("name", "home", "nation"), [*HOMES, ("wiod2011", "RoW", None)])
def test_stuck_necks_are_those_of_the_twin(tables, name, home, nation):
    system, t = tables(name)
    where = Home.of(system.flows, home, nation)
    frame = diagnose.stuck_necks(system, home=home, nation=nation, essential=ALL_ESSENTIAL).table()
    wanted = twins.necks(t, where.regions, where.nation)
    keys = list(zip(frame["sector"], frame["product"], strict=True))
    assert sorted(keys) == sorted(wanted)
    twin = pd.DataFrame([wanted[k] for k in keys])
    assert texts(frame["top_supplier"]) == texts(twin["top_supplier"])
    assert (frame["own_sector"].astype(bool).to_numpy() == twin["own_sector"]).all()
    nameless = twin["nameless"].to_numpy(dtype=bool)
    home_only = twin["imported_share"] == 0.0
    unsaid = nameless | twin["top_supplier"].isna().to_numpy()
    for column in ("exposure_direct", "hhi_low", "hhi_high"):
        twin[column] = twin[column].astype(float).where(~unsaid)
    risk = (twin["output"] * twin["exposure_direct"]).where(~home_only | nameless, 0.0)
    high = twin["output"] * twin["exposure_high"].where(~nameless, twin["imported_share"])
    assert_same(frame, {"output_at_risk": risk, "output_at_risk_high": high})
    twin["exposure_high"] = twin["exposure_high"].where(~nameless)
    words = {"top_supplier", "own_sector", "nameless"}
    assert_same(frame, {c: twin[c] for c in twin if c not in words})
    weak = (twin["imported_share"] >= 0.2) | (twin["exposure_high"] >= 0.1)
    assert (frame["flagged"].astype(bool).to_numpy() == weak.to_numpy()).all()


def test_an_input_that_is_not_essential_puts_no_output_at_risk(demo):
    none = ALL_ESSENTIAL.assign(essential=0)
    frame = diagnose.stuck_necks(demo, home="44", nation="CHN", essential=none).table()
    assert (frame["output_at_risk"] == 0.0).all()
    assert (frame["output_at_risk_high"] == 0.0).all()
    assert not frame["flagged"].any()


@pytest.mark.parametrize(
    ("name", "home", "rule"),
    [
        ("toy", None, "all"),
        ("toy", "A", "all"),
        ("demo", "44", "ours"),
        ("nbs2018", "CHN", "ours"),
        ("nbs2018", "CHN", "all"),
        ("cut", "CHN", "ours"),
        ("cut", "CHN", "all"),
        ("wiod2011", "CHN", "ours"),
    ],
)
def test_dropped_chains_are_those_of_the_twin(tables, name, home, rule):
    system, t = tables(name)
    everything = {p: dict.fromkeys(t.sectors, True) for p in [*t.sectors, *t.product]}
    E = everything if rule == "all" else of_sectors(system)
    given = ALL_ESSENTIAL if E is everything else None
    frame = diagnose.dropped_chains(system, home=home, essential=given).table()
    regions = Home.of(system.flows, home).regions if home else None
    wanted, W, ess, number, Z = twins.chains(t, E, regions)
    place = {}
    for i, key in enumerate(zip(frame["region"].fillna(""), frame["sector"], strict=True)):
        place.setdefault(key, []).append(i)
    keys = list(wanted)
    rows = [place[r, p].pop(0) for r, p, _ in keys]
    assert len(rows) == len(frame)
    frame = frame.iloc[rows].reset_index(drop=True)
    twin = pd.DataFrame([wanted[k] for k in keys])
    assert (frame.loc[len(t.x) :, ["loss_direct", "loss_total"]].isna()).all().all()
    assert_same(frame, {c: twin[c] for c in twin})
    if name == "wiod2011":
        return  # the twin's rounds are slow
    seen = t.at(regions) if regions else np.ones(len(t.x), bool)
    links = np.where(0.01 * t.x <= Z, 1.0, 0.0)
    chosen = np.argsort(-frame["shortage_all"].fillna(0.0), kind="stable")[:2]
    for a in chosen:
        i = keys[a][2]
        twin_all = twins.chain_to_the_end(t, W, ess, number, i, seen=seen, links=links)
        assert frame["shortage_all"][a] == pytest.approx(twin_all, rel=1e-5)


@asked
def test_long_plates_are_those_of_the_twin(tables, name, home, nation):
    system, t = tables(name)
    where = Home.of(system.flows, home, nation)
    found = diagnose.long_plates(system, home=home, nation=nation).tables()
    frame = found["long_plates"].set_index("sector")
    twin = pd.DataFrame(twins.plates(t, where.regions, where.nation)).T.loc[frame.index]
    known = ["domestic_value_added_share", "export_share", "output", "exports",
             "value_added_exported"]  # fmt: skip
    if name not in {"nbs2018", "cut"}:
        known += ["revealed_advantage", "revealed_advantage_gross"]
    if name in {"toy", "wiod2011"}:
        known += ["world_share_exports", "world_share_value_added", "world_share_output"]
        known += ["world_rank"]
    if (name in {"toy", "wiod2011"} or nation is None) and name not in {"nbs2018", "cut"}:
        known += ["leverage", "top_dependence", "first_supplier_of", "irreplaceable_share"]
        assert texts(frame["top_dependent"]) == texts(twin["top_dependent"])
    assert_same(frame, {c: twin[c] for c in known})


@pytest.mark.parametrize(("name", "home"), [("toy", "A"), ("wiod2011", "CHN"), ("demo", "44")])
def test_mutual_dependence_is_that_of_the_twin(tables, name, home):
    system, t = tables(name)
    frame = diagnose.long_plates(system, home=home).tables()["mutual_dependence"]
    axis = system.flows.nodes.sectors
    factory = [c for c, p in zip(axis.codes, axis.parents or axis.codes, strict=True) if p == "C"]
    for sectors, word in ((None, ""), (factory, "_manufacturing")):
        for direct in (False, True):
            if not factory and word:
                continue
            tail = word + ("_direct" if direct else "")
            both = np.array(
                [twins.mutual(t, [home], [c], sectors, direct=direct) for c in frame["partner"]]
            )
            assert_same(
                frame,
                {
                    f"reliance_on_home{tail}": both[:, 0],
                    f"reliance_of_home{tail}": both[:, 1],
                    f"net{tail}": both[:, 0] - both[:, 1],
                },
            )


@asked
def test_assessment_is_that_of_the_twin(tables, name, home, nation):
    system, t = tables(name)
    where = Home.of(system.flows, home, nation)
    found = diagnose.assessment(system, home=home, nation=nation).tables()
    frame = found["assessment_sectors"].set_index("sector")
    twin = pd.DataFrame(twins.indicators(t, where.regions, where.nation, of_sectors(system))).T
    frame = frame.loc[twin.index]
    nameless = name == "nbs2018"
    twin["output_at_risk"] = (
        twin["output_at_risk"].astype(float).fillna(np.nan if nameless else 0.0)
    )
    if nameless:
        twin["unknown_share"] = np.nan
    assert texts(frame["top_supplier"]) == texts(twin["top_supplier"])
    bought = frame["imported_share"].notna()  # a sector that buys nothing has no necks
    twin.loc[~bought, "loss_on_extraction"] = frame.loc[~bought, "loss_on_extraction"]
    assert_same(frame, {c: twin[c] for c in twin if c != "top_supplier"})
    plates = diagnose.long_plates(system, home=home, nation=nation).table().set_index("sector")
    shared = ["revealed_advantage", "world_share_output", "world_share_exports", "leverage",
              "domestic_value_added_share", "export_share"]  # fmt: skip
    assert_same(frame, {c: plates.loc[frame.index, c] for c in shared})
    shares = frame[["exposure_direct", "exposure_look_through", "foreign_reliance"]]
    assert not (shares > 1.0 + 1e-12).any().any()


@pytest.mark.parametrize("dimension", ["security", "competitiveness"])
def test_a_composite_is_the_mean_of_its_parts_places(wiod2011, dimension):
    found = diagnose.assessment(wiod2011, home="CHN").tables()
    frame = found["assessment_sectors"].set_index("sector")
    goods = frame["sector_class"] == "goods"
    parts = [i.name for i in diagnose.INDICATORS if i.part and i.dimension == dimension]
    assert len(parts) >= 4
    score = pd.Series(np.nan, index=frame.index)
    for group in (frame[goods], frame[~goods]):
        places = []
        for name in parts:
            values = group[name].astype(float).dropna()
            n = len(values)
            place = (n - values.rank(ascending=False, method="average")) / max(n - 1, 1)
            places.append(place.reindex(group.index))
        score[group.index] = pd.concat(places, axis=1).mean(axis=1, skipna=True)
    assert_same(frame, {dimension: score})
    for group in (frame[goods], frame[~goods]):
        rank = group[dimension].rank(ascending=False, method="min")
        assert_same(group, {f"{dimension}_rank": rank})


def test_manufacturing_over_the_years_is_what_the_sums_say(wiod2011):
    t = twins.plain(wiod2011)
    row = diagnose.assessment(wiod2011, home="CHN").tables()["assessment_years"].iloc[0]
    factory, china = np.isin(t.S, [f"c{i}" for i in range(3, 17)]), t.at(["CHN"])
    both = factory & china
    assert row["manufacturing_share_output"] == pytest.approx(t.x[both].sum() / t.x[china].sum())
    assert row["manufacturing_share_value_added"] == pytest.approx(
        t.va[both].sum() / t.va[china].sum()
    )
    assert row["world_share_output"] == pytest.approx(t.x[both].sum() / t.x[factory].sum())
    assert row["world_share_value_added"] == pytest.approx(t.va[both].sum() / t.va[factory].sum())
    needs = t.N[:, both] @ t.x[both]
    reliance = 1 - needs[china].sum() / needs.sum()
    assert row["manufacturing_foreign_reliance"] == pytest.approx(reliance)
    given = t.Z[:, both].sum(1)
    face = 1 - given[china].sum() / given.sum()
    assert row["manufacturing_imported_share"] == pytest.approx(face)
    assert row["manufacturing_foreign_reliance"] == pytest.approx(0.2198, abs=5e-5)
