"""Laws of trade: blocs and other codes lose nothing, thresholds only take, order is nothing."""

import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import System, diagnose
from chainwright.diagnose.products.criticality import concentration_of_risk
from chainwright.diagnose.products.dependence_findings import slopes
from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds, above
from chainwright.diagnose.products.home_trade import home_trade
from chainwright.diagnose.products.trade_blocs import exports_of_one, with_blocs
from chainwright.diagnose.products.trade_capability import capability
from chainwright.diagnose.products.trade_concentration import concentration
from chainwright.diagnose.products.trade_failures import YearExports, replaceable, spare
from chainwright.system import Axis, Trade, bloc
from chainwright.units import Money
from six_countries import PLACES, SEEDS, as_frame, flows
from trades import trade_of, traded, year_of

GROUPS = {"America": ("BRA", "USA"), "Europe": ("DEU", "FRA")}
PLUS = ["+".join(members) for members in GROUPS.values()]

few = settings(max_examples=15)


def years_of(seed, years=(2019, 2020, 2021, 2022), *, fill=0.8, **more):
    """Return a system of made-up years in which every country trades."""
    frames = {year: flows(seed + k, fill=fill) for k, year in enumerate(years)}
    return trade_of(frames, money=Money("USD", unit="thousand"), quantity_unit="t", **more)


def joined_by_hand(frame, groups):
    """Return the rows with each group as one place, summed; NaN if one quantity is not known."""
    of = {member: name for name, members in groups.items() for member in members}
    moved = frame.assign(
        exporter=frame["exporter"].map(lambda c: of.get(c, c)),
        importer=frame["importer"].map(lambda c: of.get(c, c)),
    )
    abroad = moved[moved["exporter"] != moved["importer"]]
    by = abroad.groupby(["exporter", "importer", "product"])
    sums = by["value"].sum().to_frame()
    sums["quantity"] = by["quantity"].agg(lambda q: q.sum(skipna=False))
    sums["known"] = by["quantity"].sum(min_count=1)
    return sums


def shuffled(system, seed):
    """Return the same trade with the rows of each year in another order."""
    rng = np.random.default_rng(seed)
    years = {}
    for each in system.trade.years:
        year = system.trade.year(each)
        order = rng.permutation(len(year))
        years[each] = replace(
            year,
            exporter=year.exporter[order],
            importer=year.importer[order],
            product=year.product[order],
            value=year.value[order],
            quantity=year.quantity[order],
        )
    trade = system.trade
    return System(trade=Trade.of_years(years, money=trade.money, quantity_unit=trade.quantity_unit))


def same(one, other, *, rtol=1e-12):
    """Hold two answers against each other, table by table."""
    tables, others = one.tables(), other.tables()
    assert tables.keys() == others.keys()
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, others[name], rtol=rtol, check_categorical=False)


def answers(system):
    """Return every answer about products that trade alone can give, for one home."""
    return {
        "dependence": diagnose.dependence(system, home="CHN", blocs=["DEU+FRA"]),
        "trade_dependence": diagnose.trade_dependence(system, blocs=["DEU+FRA"]),
        "lasting_dependence": diagnose.lasting_dependence(system, blocs=["DEU+FRA"]),
        "mutual_dependence": diagnose.mutual_dependence(system, home="CHN", blocs=["DEU+FRA"]),
        "import_surge": diagnose.import_surge(system, home="CHN"),
        "quality_gap": diagnose.quality_gap(system, home="CHN"),
    }


@few
@given(SEEDS)
def test_what_blocs_trade_and_what_stays_within_them_is_all_that_there_was(seed):
    frame = flows(seed)
    year = year_of(frame, places=PLACES)
    blocs = [bloc(year.places, members) for members in PLUS]
    given_ = with_blocs(year, blocs, quantity=True)
    found = concentration(given_)
    np.testing.assert_allclose(found.imports.sum(axis=0), found.exports.sum(axis=0), rtol=1e-12)
    whole = np.bincount(year.product, year.value, len(year.products))
    kept = found.exports.sum(axis=0) + given_.inner.sum(axis=0)
    np.testing.assert_allclose(kept, whole, rtol=1e-12)
    assert found.places.codes == ("CHN", "JPN", *PLUS)
    assert (given_.flows.exporter != given_.flows.importer).all()


@few
@given(SEEDS)
def test_trade_in_blocs_is_the_sum_of_its_rows_by_hand(seed):
    frame = flows(seed)
    wanted = joined_by_hand(frame, GROUPS)
    year = year_of(frame, places=PLACES)
    trade = Trade.of_years({2022: year}, quantity_unit="t")
    joined = as_frame(trade.in_blocs(own=GROUPS).year())
    assert list(joined.index) == list(wanted.index)
    np.testing.assert_allclose(joined["value"], wanted["value"], rtol=1e-12)
    np.testing.assert_allclose(joined["quantity"], wanted["quantity"], rtol=1e-12)
    dense = with_blocs(year, [bloc(year.places, m) for m in PLUS], quantity=True).flows
    named = as_frame(dense).rename(index=dict(zip(PLUS, GROUPS, strict=True))).sort_index()
    assert list(named.index) == list(wanted.index)
    np.testing.assert_allclose(named["value"], wanted["value"], rtol=1e-12)
    np.testing.assert_allclose(named["quantity"], wanted["known"], rtol=1e-12)


@few
@given(SEEDS)
def test_blocs_joined_one_after_the_other_are_blocs_joined_at_once(seed):
    trade = Trade.of_years({2022: year_of(flows(seed), places=PLACES)})
    at_once = trade.in_blocs(own=GROUPS)
    one_by_one = trade
    for name, members in reversed(GROUPS.items()):
        one_by_one = one_by_one.in_blocs(own={name: members})
    pd.testing.assert_frame_equal(as_frame(one_by_one.year()), as_frame(at_once.year()), rtol=1e-12)
    again = at_once.in_blocs(own=GROUPS)
    pd.testing.assert_frame_equal(as_frame(again.year()), as_frame(at_once.year()))
    assert at_once.year().places.codes == ("America", "CHN", "Europe", "JPN")


@few
@given(SEEDS)
def test_exports_in_blocs_are_those_of_the_flows_in_blocs(seed):
    year = year_of(flows(seed), places=PLACES)
    trade = Trade.of_years({2022: year}).in_blocs(own=GROUPS)
    sold, again = trade.exports(2022), trade.year(2022).exports()
    np.testing.assert_array_equal(sold.value, again.value)
    alone = Trade.of_exports({2022: year.exports()}).in_blocs(own=GROUPS).exports(2022)
    np.testing.assert_allclose(
        alone.value.sum(axis=0), np.bincount(year.product, year.value), rtol=1e-12
    )
    assert (alone.value >= sold.value * (1 - 1e-12)).all()  # exports alone keep what stays within


@few
@given(SEEDS)
def test_exports_of_one_bloc_among_countries_are_its_flows_out(seed):
    frame = flows(seed)
    year = year_of(frame, places=PLACES)
    value, row = exports_of_one(year, bloc(year.places, PLUS[0]))
    inside = set(GROUPS["America"])
    out = frame[frame["exporter"].isin(inside) & ~frame["importer"].isin(inside)]
    wanted = out.groupby("product")["value"].sum().reindex(year.products.codes, fill_value=0.0)
    np.testing.assert_allclose(value[row], wanted, rtol=1e-12)
    assert value.shape == (5, len(year.products))
    others = frame[~frame["exporter"].isin(inside)]["value"].sum()
    np.testing.assert_allclose(value.sum() - value[row].sum(), others, rtol=1e-12)


@few
@given(SEEDS)
def test_suppliers_that_join_never_make_imports_less_concentrated(seed):
    year = year_of(flows(seed), places=PLACES)
    apart = concentration(with_blocs(year, []))
    together = concentration(with_blocs(year, [bloc(year.places, PLUS[1])]))
    for code in ("BRA", "CHN", "JPN", "USA"):
        one, other = apart.places.place[code], together.places.place[code]
        np.testing.assert_allclose(together.imports[other], apart.imports[one], rtol=1e-12)
        bought = apart.imports[one] > 0.0
        before, after = apart.import_hhi[one][bought], together.import_hhi[other][bought]
        assert (after >= before * (1 - 1e-12)).all()
        assert (together.suppliers[other] <= apart.suppliers[one]).all()


@few
@given(SEEDS)
def test_the_largest_share_and_its_square_hold_the_concentration_between_them(seed):
    found = concentration(with_blocs(year_of(flows(seed), places=PLACES), []))
    bought = found.imports > 0.0
    top, hhi = found.top_share[bought], found.import_hhi[bought]
    assert (hhi <= top * (1 + 1e-12)).all()
    assert (hhi >= top**2 * (1 - 1e-12)).all()
    alone = found.suppliers[bought] == 1
    assert (hhi[alone] == 1.0).all()
    assert (top[alone] == 1.0).all()
    assert (hhi[~alone] < 1.0).all()


@few
@given(SEEDS, st.integers(0, 2), st.floats(0.0, 0.5))
def test_a_higher_threshold_never_adds_a_dependence(seed, which, more):
    system = years_of(seed, fill=0.5)
    names = ("import_hhi", "world_hhi", "imports_per_exports")
    base = {"import_hhi": 0.3, "world_hhi": 0.3, "imports_per_exports": 0.5}
    low = DependenceThresholds(**base)
    high = DependenceThresholds(**{**base, names[which]: base[names[which]] + more})
    one, other = (diagnose.trade_dependence(system, thresholds=t) for t in (low, high))
    assert not (other.dependent & ~one.dependent).any()
    for k in range(3):
        assert not (other.criteria[k] & ~one.criteria[k]).any()
        if k != which:
            np.testing.assert_array_equal(other.criteria[k], one.criteria[k])
    first, second = (diagnose.lasting_dependence(system, thresholds=t) for t in (low, high))
    assert not (second.lasting & ~first.lasting).any()
    assert (second.table()["years_flagged"] <= 4).all()
    assert len(second.table()) <= len(first.table())


@few
@given(SEEDS, st.integers(1, 3), st.integers(1, 4))
def test_more_years_asked_for_make_fewer_pairs_lasting(seed, fewer, of):
    system = years_of(seed, fill=0.5)
    base = {"import_hhi": 0.3, "world_hhi": 0.2, "imports_per_exports": 0.5}
    few = DependenceThresholds(**base, years_needed=float(fewer), years_of=float(of))
    many = DependenceThresholds(**base, years_needed=float(fewer + 1), years_of=float(of))
    one, other = (diagnose.lasting_dependence(system, thresholds=t) for t in (few, many))
    assert not (other.lasting & ~one.lasting).any()
    flags = np.array([one.flagged(y) for y in range(4)])
    np.testing.assert_array_equal(one.lasting, flags[-of:].sum(axis=0) >= fewer)
    if fewer + 1 > of:
        assert not other.lasting.any()


@few
@given(SEEDS, st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_a_floor_only_takes_pairs_out_of_the_count(seed, floor, more):
    system = years_of(seed, fill=0.5)
    one = diagnose.lasting_dependence(system, floor=floor)
    other = diagnose.lasting_dependence(system, floor=floor + more)
    for year in range(4):
        assert not (other.counted(year) & ~one.counted(year)).any()
        assert not (other.flagged(year) & ~one.flagged(year)).any()
        np.testing.assert_array_equal(other.flagged(year), one.flagged(year) & other.counted(year))


@given(st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=8), st.floats(-2.0, 2.0))
def test_above_is_strict_and_what_is_not_known_is_not_above(values, limit):
    known = np.array([*values, limit, np.nan, np.inf])
    wanted = [*(value > limit for value in values), False, False, True]
    assert above(known, limit).tolist() == wanted


@settings(max_examples=4)
@given(SEEDS, SEEDS)
def test_no_answer_depends_on_the_order_of_rows(seed, order):
    system = years_of(seed)
    one, other = answers(system), answers(shuffled(system, order))
    assert one.keys() == other.keys()
    for name, answer in one.items():
        same(other[name], answer)


@settings(max_examples=3)
@given(SEEDS)
def test_no_answer_changes_when_trade_is_saved_and_read_again(seed):
    system = years_of(seed)
    with tempfile.TemporaryDirectory() as folder:
        system.trade.save(Path(folder) / "trade")
        back = System.read(Path(folder) / "trade")
        one, other = answers(system), answers(back)
    for name, answer in one.items():
        same(other[name], answer)
        assert other[name].parameters == answer.parameters
        assert other[name].units == answer.units


@settings(max_examples=3)
@given(SEEDS, st.sampled_from([1e-6, 0.37, 1e3, 1e9]))
def test_shares_flags_and_ranks_do_not_know_the_unit_of_money(seed, scale):
    system = years_of(seed)
    trade = system.trade
    held = {y: trade.year(y) for y in trade.years}
    times = {y: replace(held[y], value=held[y].value * scale) for y in held}
    other = System(trade=Trade.of_years(times, money=trade.money, quantity_unit="t"))
    scaled = {
        "imports", "exports", "value", "to_home", "elsewhere", "world_trade", "imports_on_home",
        "imports_of_home", "unit_value", "import_unit_value", "export_unit_value",
        "world_unit_value",
    }  # fmt: skip
    rescaled = answers(other)
    for name, answer in answers(system).items():
        tables = rescaled[name].tables()
        for key, table in answer.tables().items():
            amounts = [c for c in table.columns if c in scaled]
            wanted = table.assign(**{c: table[c] * scale for c in amounts})
            words = [c for c in table.columns if c.startswith("reason")]
            pd.testing.assert_frame_equal(
                tables[key].drop(columns=words), wanted.drop(columns=words), rtol=1e-9, atol=1e-12
            )


@few
@given(SEEDS)
def test_the_ranks_of_a_home_are_each_given_once_and_follow_the_findings(seed):
    system = years_of(seed, fill=0.6)
    table = diagnose.dependence(system, home="JPN", blocs=[], floor=5.0).table()
    assert list(table["rank"]) == list(range(1, len(table) + 1))
    level = table["finding"].map(list(diagnose.DEPENDENCE_FINDINGS).index)
    assert level.is_monotonic_increasing
    weight = (table["imports"] * table["import_hhi"].fillna(0.0)).to_numpy()
    for rows in table.groupby("finding").groups.values():
        assert all(a >= b for a, b in pairwise(weight[list(rows)]))
    np.testing.assert_allclose(table["import_share"].sum(), 1.0, rtol=1e-12)
    assert set(table["finding"][table["imports"] == 0.0]) <= {"not imported"}
    late = table["imports"].between(0.0, 5.0, inclusive="neither")
    assert set(table["finding"][late]) <= {"below floor"}
    assert (table["finding"][~late] != "below floor").all()


@few
@given(SEEDS)
def test_suppliers_of_a_home_sum_to_its_imports_and_substitutes_exclude_both_sides(seed):
    system = years_of(seed, fill=0.6)
    found = diagnose.dependence(system, home="USA", blocs=["DEU+FRA"])
    table = found.table().set_index("product")
    tables = found.tables()
    held = tables["dependence_suppliers"]
    sums = held.groupby("product")[["value", "share"]].sum()
    bought = table[table["imports"] > 0.0]
    np.testing.assert_allclose(sums["value"], bought["imports"].sort_index(), rtol=1e-12)
    np.testing.assert_allclose(sums["share"], 1.0, rtol=1e-12)
    squares = (held["share"] ** 2).groupby(held["product"]).sum()
    np.testing.assert_allclose(squares, bought["import_hhi"].sort_index(), rtol=1e-9)
    first = held[held["rank"] == 1].set_index("product")["supplier"]
    assert first.to_dict() == bought["top_supplier"].to_dict()
    others = tables["dependence_substitutes"]
    assert "USA" not in set(others["substitute"])
    assert (others["substitute"] != others["product"].map(first)).all()
    assert (others["rank"] <= 5).all()
    assert (others["elsewhere"] > 0.0).all()
    needed = others["product"].map(held[held["rank"] == 1].set_index("product")["value"])
    np.testing.assert_allclose(others["cover"], others["elsewhere"] / needed, rtol=1e-12)


@few
@given(SEEDS, st.integers(1, 5))
def test_what_replaces_is_never_more_than_what_is_lost_and_grows_with_the_years(seed, years):
    rng = np.random.default_rng(seed)
    places, goods = Axis("place", tuple("abcd")), Axis("product", tuple("xyz"))
    held = [YearExports(places, goods, rng.integers(0, 9, (4, 3)).astype(float)) for _ in range(6)]
    failing = rng.integers(-1, 4, 3)
    few, many = spare(held[-years:]), spare(held)
    assert few.years == years
    assert (many.spare >= few.spare).all()
    assert (few.spare >= 0.0).all()
    lost, instead = replaceable(few, failing)
    more = replaceable(many, failing)[1]
    known = ~np.isnan(lost)
    assert (instead[known] <= lost[known]).all()
    assert (more[known] >= instead[known]).all()
    for p in range(3):
        if failing[p] < 0 or held[-1].quantity[failing[p], p] == 0.0:
            assert np.isnan(lost[p])
            assert np.isnan(instead[p])
            continue
        best = np.max([y.quantity[:, p] for y in held[-years:]], axis=0)
        free = (best - held[-1].quantity[:, p])[np.arange(4) != failing[p]].sum()
        assert lost[p] == held[-1].quantity[failing[p], p]
        assert instead[p] == min(lost[p], free)


@few
@given(SEEDS)
def test_a_slope_is_that_of_a_line_through_the_years_at_hand(seed):
    rng = np.random.default_rng(seed)
    years = np.sort(rng.choice(np.arange(1995, 2025), 6, replace=False)).astype(float)
    values = np.where(rng.random((6, 4)) < 0.3, np.nan, rng.normal(size=(6, 4)))
    found = slopes(years, values)
    for p in range(4):
        known = ~np.isnan(values[:, p])
        if known.sum() < 3:
            assert np.isnan(found[p])
        else:
            line = np.polyfit(years[known] - 2000.0, values[known, p], 1)[0]
            np.testing.assert_allclose(found[p], line, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(slopes(years, -2.0 * values + 7.0), -2.0 * found, atol=1e-9)


@few
@given(SEEDS, st.sampled_from([0.5, 1.0, 2.0]))
def test_the_capability_of_each_home_is_that_of_plain_loops(seed, advantage):
    rng = np.random.default_rng(seed)
    exports = np.where(rng.random((5, 6)) < 0.6, rng.lognormal(0.0, 1.0, (5, 6)), 0.0)
    home = int(rng.integers(5))
    found = capability(exports, home, advantage=advantage)
    total = exports.sum()
    share = exports.sum(axis=0) / total if total else np.zeros(6)
    ratio = np.full((5, 6), np.nan)
    for c in range(5):
        for p in range(6):
            if exports[c].sum() > 0.0 and share[p] > 0.0:
                ratio[c, p] = exports[c, p] / exports[c].sum() / share[p]
    held = np.nan_to_num(ratio) >= advantage
    ubiquity = held.sum(axis=0)
    phi = np.zeros((6, 6))
    for p in range(6):
        for q in range(6):
            if p != q and ubiquity[p] and ubiquity[q]:
                both = (held[:, p] & held[:, q]).sum()
                phi[p, q] = both / max(ubiquity[p], ubiquity[q])
    np.testing.assert_allclose(found.rca, ratio[home], rtol=1e-12)
    assert found.space == int((share > 0.0).sum())
    for p in range(6):
        mine = {q: phi[p, q] for q in range(6) if held[home, q] and phi[p, q] > 0.0}
        near = [int(q) for q in found.nearest[p] if q >= 0]
        assert len(near) == min(3, len(mine))
        wanted = sorted(mine.values(), reverse=True)[:3]
        np.testing.assert_allclose(found.proximity[p][: len(near)], wanted, rtol=1e-12)
        np.testing.assert_allclose([mine[q] for q in near], wanted, rtol=1e-12)
        if phi[p].sum() > 0.0:
            density = phi[p][held[home]].sum() / phi[p].sum()
            np.testing.assert_allclose(found.density[p], density, rtol=1e-12)
        else:
            assert np.isnan(found.density[p])


@few
@given(SEEDS)
def test_the_trade_of_a_home_is_the_sum_of_its_members_and_not_between_them(seed):
    frame = flows(seed)
    found = home_trade(year_of(frame, places=PLACES), "BRA+USA", blocs=["DEU+FRA"])
    inside, europe = {"BRA", "USA"}, {"DEU", "FRA"}
    bought = frame[frame["importer"].isin(inside) & ~frame["exporter"].isin(inside)]
    sold = frame[frame["exporter"].isin(inside) & ~frame["importer"].isin(inside)]
    within = [frame["exporter"].isin(g) & frame["importer"].isin(g) for g in (inside, europe)]
    world = frame[~within[0] & ~within[1]]
    codes = list(found.products.codes)

    def total(rows, column):
        return rows.groupby("product")[column].sum().reindex(codes, fill_value=0.0).to_numpy()

    known = {name: rows[rows["quantity"].notna()] for name, rows in
             {"bought": bought, "sold": sold, "world": world}.items()}  # fmt: skip
    for amounts, rows, column in (
        (found.value, {"bought": bought, "sold": sold, "world": world}, "value"),
        (found.quantity, known, "quantity"),
        (found.valued, known, "value"),
    ):
        np.testing.assert_allclose(amounts.imports.sum(0), total(rows["bought"], column))
        np.testing.assert_allclose(amounts.exports, total(rows["sold"], column))
        np.testing.assert_allclose(amounts.world, total(rows["world"], column))
    home = found.places.place["BRA+USA"]
    assert not found.value.imports[home].any()
    row = found.places.place["DEU+FRA"]
    both = bought[bought["exporter"].isin(europe)]
    np.testing.assert_allclose(found.value.imports[row], total(both, "value"))


@few
@given(SEEDS)
def test_what_a_partner_leans_on_home_is_what_home_sees_from_the_other_side(seed):
    system = years_of(seed, years=(2022,), fill=0.5)
    tables = {
        home: diagnose.mutual_dependence(system, home=home, blocs=[]).table().set_index("partner")
        for home in ("CHN", "USA", "JPN")
    }
    for one, other in (("CHN", "USA"), ("USA", "JPN"), ("JPN", "CHN")):
        here, there = tables[one].loc[other], tables[other].loc[one]
        assert here["products_on_home"] == there["products_of_home"]
        assert here["net"] == -there["net"]
        np.testing.assert_allclose(here["imports_on_home"], there["imports_of_home"], rtol=1e-12)
        np.testing.assert_allclose(here["share_on_home"], there["share_of_home"], rtol=1e-12)
    for table in tables.values():
        assert (table["share_of_home"].sum() <= 1.0 + 1e-12) or table["share_of_home"].isna().all()
        assert table["net"].is_monotonic_decreasing


@few
@given(SEEDS, st.floats(0.0, 50.0), st.floats(0.0, 50.0))
def test_exposure_squares_what_each_supplier_has_of_all_that_is_used(seed, makes, draws):
    frame = flows(seed, fill=0.9, quantity=False)
    frame["quantity"] = frame["value"]
    system = trade_of({2022: frame}, quantity_unit="t")
    codes = sorted(set(frame["product"]))
    made_at_home = pd.DataFrame(
        {"place": "DEU", "product": codes, "year": 2022, "quantity": makes, "stock_draw": draws}
    )
    table = diagnose.import_exposure(system, made_at_home, home="DEU").table()
    use = table["production"] + table["imports"] - table["exports"] + table["stock_draw"]
    known = use > 0.0
    np.testing.assert_allclose(table["apparent_use"][known], use[known], rtol=1e-12)
    assert table["apparent_use"][~known].isna().all()
    for row in table[known].to_dict("records"):
        mine = frame[(frame["importer"] == "DEU") & (frame["product"] == row["product"])]
        parts = mine["value"] / row["apparent_use"]
        if len(parts):
            np.testing.assert_allclose(row["effective_hhi"], (parts**2).sum(), rtol=1e-9)
        np.testing.assert_allclose(row["exposure_to_top"], parts.max() if len(parts) else 0.0)
        net = (row["imports"] - row["exports"]) / row["apparent_use"]
        np.testing.assert_allclose(row["net_import_reliance"], min(max(net, 0.0), 1.0))
    shown = table["exposure_to_top"].dropna()
    assert shown.is_monotonic_decreasing


@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.floats(0.0, 10.0)), min_size=1, max_size=8))
def test_risk_lies_between_the_best_and_the_worst_governed_times_concentration(places):
    codes = [f"P{i}" for i in range(len(places))]
    amounts = pd.Series([a for a, _ in places], index=codes)
    shares = amounts / amounts.sum()
    scores = pd.Series([g for _, g in places], index=codes)
    none = pd.Series(dtype=float)
    risk, scored = concentration_of_risk(shares, scores, none)
    hhi = float((shares**2).sum())
    assert hhi * scores.min() - 1e-9 <= risk <= hhi * scores.max() + 1e-9
    np.testing.assert_allclose(scored, 1.0, rtol=1e-12)
    turned = concentration_of_risk(shares[::-1], scores, none)
    np.testing.assert_allclose(turned[0], risk, atol=1e-9)
    doubled = concentration_of_risk(shares, scores, pd.Series(2.0, index=codes))
    np.testing.assert_allclose(doubled[0], 2.0 * risk, atol=1e-9)
    part = concentration_of_risk(shares, scores.iloc[1:], none)
    np.testing.assert_allclose(part[1], 1.0 - shares.iloc[0], atol=1e-12)
    assert part[0] <= risk + 1e-9


@settings(max_examples=4)
@given(SEEDS)
def test_each_home_of_a_scan_has_the_numbers_that_it_has_alone(seed):
    system = traded(seed, fill=0.7)
    scan = diagnose.trade_dependence(system, blocs=[]).table().set_index(["importer", "product"])
    lasting = diagnose.lasting_dependence(system, blocs=[])
    last = lasting.table().set_index(["importer", "product"])
    for home in sorted({place for place, _ in scan.index})[:2]:
        alone = diagnose.dependence(system, home=home, blocs=[], years=system.trade.years).table()
        for row in alone[alone["imports"] > 0.0].to_dict("records"):
            there = scan.loc[(home, row["product"])]
            for name in ("imports", "import_hhi", "top_share", "world_export_hhi"):
                np.testing.assert_allclose(row[name], there[name], rtol=1e-12)
            assert row["dependent"] == there["dependent"]
            assert row["top_supplier"] == there["top_supplier"]
            if row["years_flagged"]:
                kept = last.loc[(home, row["product"])]
                assert row["years_flagged"] == kept["years_flagged"]
                assert bool(row["lasting"]) == bool(kept["lasting"])
                assert row["years_seen"] == kept["years_seen"]
            else:
                assert (home, row["product"]) not in last.index
