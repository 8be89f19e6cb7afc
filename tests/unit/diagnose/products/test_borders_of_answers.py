"""Surges, exposure, prices, supply risk and mutual dependence at and beside their thresholds."""

import numpy as np
import pandas as pd
import pytest

from chainwright import diagnose
from chainwright.diagnose.products.import_exposures import made_by_place
from chainwright.diagnose.products.trade_answers import place_name, product_names
from chainwright.diagnose.products.trade_failures import Spare, replaceable
from chainwright.errors import LabelError, MissingPartError, ParameterError
from chainwright.system import Trade
from chainwright.units import Money
from trades import trade_of

COLUMNS = ["exporter", "importer", "product", "value", "quantity"]


def frame(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def surged(before, now, shares=None, **thresholds):
    """Return the level of one product: (value, quantity) before and now; production by year."""
    system = trade_of(
        {2021: frame(("AAA", "HOM", "x", *before)), 2022: frame(("AAA", "HOM", "x", *now))},
        quantity_unit="t",
    )
    made = None
    if shares is not None:
        made = pd.DataFrame(
            {"place": "HOM", "product": "x", "year": [2021, 2022], "quantity": shares}
        )
    limits = diagnose.SurgeThresholds(**thresholds)
    found = diagnose.import_surge(system, home="HOM", production=made, thresholds=limits)
    return found.table().iloc[0]


LIMITS = diagnose.SurgeThresholds()
MORE, CHEAPER = 4.0 * (1.0 + LIMITS.quantity_up), 1.0 - LIMITS.price_down


@pytest.mark.parametrize(
    ("quantity", "price", "level"),
    [
        (MORE * 1.001, CHEAPER * 0.999, "watch"),
        (MORE * 0.999, CHEAPER * 0.999, "none"),
        (MORE * 1.001, CHEAPER * 1.001, "none"),
        (MORE * 2.0, 0.1, "watch"),
        (2.0, 0.1, "none"),
    ],
)
def test_a_watch_needs_more_of_it_and_cheaper(quantity, price, level):
    row = surged((4.0, 4.0), (price * quantity, quantity))
    assert row["level"] == level
    assert row["quantity_change"] == pytest.approx(quantity / 4.0 - 1.0)
    assert row["unit_value_change"] == pytest.approx(price - 1.0)
    assert np.isnan(row["home_share"])


def test_at_its_thresholds_a_change_is_a_sign():
    exact = {"quantity_up": 0.5, "price_down": 0.25, "share_down": 0.25, "floor": 0.0}
    row = surged((4.0, 4.0), (4.5, 6.0), (4.0, 2.0), **exact)
    assert (row["quantity_change"], row["unit_value_change"]) == (0.5, -0.25)
    assert (row["home_share"], row["home_share_change"]) == (0.25, -0.25)
    assert row["level"] == "surge"
    assert surged((4.0, 4.0), (4.5, 6.0), (4.0, 2.01), **exact)["level"] == "none"
    assert surged((4.0, 4.0), (4.5, 6.0), (4.0, 9.0), **exact)["level"] == "none"


def test_a_floor_leaves_small_imports_unsaid_and_those_at_it_said():
    row = surged((4.0, 4.0), (8.0, 100.0), floor=8.0)
    assert row["level"] == "watch"
    assert surged((4.0, 4.0), (7.9, 100.0), floor=8.0)["level"] == ""


def test_only_so_many_years_before_are_compared_with():
    frames = {
        year: frame(("AAA", "HOM", "x", quantity, quantity))
        for year, quantity in ((2017, 1000.0), (2018, 2.0), (2019, 4.0), (2020, 6.0), (2022, 8.0))
    }
    system = trade_of(frames)
    found = diagnose.import_surge(system, home="HOM")
    years = int(LIMITS.years_before)
    wanted = (2017, 2018, 2019, 2020)[-years:]
    assert found.years == wanted
    assert found.parameters["compared_with"] == list(wanted)
    two = diagnose.SurgeThresholds(years_before=2.0)
    row = diagnose.import_surge(system, home="HOM", thresholds=two).table().iloc[0]
    assert row["quantity_change"] == pytest.approx(8.0 / 5.0 - 1.0)
    early = diagnose.import_surge(system, home="HOM", year=2018, thresholds=two)
    assert early.years == (2017,)
    assert early.table()["quantity_change"].iloc[0] == pytest.approx(2.0 / 1000.0 - 1.0)
    with pytest.raises(ParameterError, match="a year after the first of 2017"):
        diagnose.import_surge(system, home="HOM", year=2017)
    with pytest.raises(ParameterError, match="Got 2021"):
        diagnose.import_surge(system, home="HOM", year=2021)


def test_surges_come_first_then_watches_and_each_by_its_imports():
    before = [("AAA", "HOM", code, 10.0, 10.0) for code in "abcdefg"]
    now = [
        ("AAA", "HOM", "a", 11.0, 10.0),
        ("AAA", "HOM", "b", 20.0, 100.0),
        ("AAA", "HOM", "c", 30.0, 100.0),
        ("AAA", "HOM", "d", 20.0, 100.0),
        ("AAA", "HOM", "e", 12.0, 10.0),
        ("AAA", "HOM", "f", 99.0, np.nan),
        ("AAA", "HOM", "h", 20.0, 100.0),
        ("HOM", "AAA", "g", 20.0, 100.0),
    ]
    made = pd.DataFrame(
        [("HOM", "d", 2021, 90.0), ("HOM", "d", 2022, 10.0)],
        columns=["place", "product", "year", "quantity"],
    )
    system = trade_of({2021: frame(*before), 2022: frame(*now)})
    table = diagnose.import_surge(system, home="HOM", production=made).table()
    assert list(zip(table["product"], table["level"], strict=True)) == [
        ("d", "surge"), ("c", "watch"), ("b", "watch"), ("e", "none"), ("a", "none"), ("f", ""),
        ("h", ""),
    ]  # fmt: skip
    assert list(table.index) == list(range(7))


def test_a_member_that_states_no_production_leaves_the_share_of_home_unknown():
    rows = frame(("AAA", "HOM", "x", 10.0, 10.0), ("AAA", "TWO", "x", 5.0, 5.0))
    system = trade_of({2021: rows, 2022: rows})
    one = pd.DataFrame({"place": "HOM", "product": "x", "year": [2021, 2022], "quantity": 15.0})
    both = pd.concat([one, one.assign(place="TWO")])
    for made, share in ((one, np.nan), (both, 30.0 / 45.0)):
        row = diagnose.import_surge(system, home="HOM+TWO", production=made).table().iloc[0]
        assert row["home_share"] == pytest.approx(share, nan_ok=True)


def test_the_share_of_home_is_of_what_is_used_and_no_more_than_all():
    rows = frame(("AAA", "HOM", "x", 10.0, 10.0), ("HOM", "AAA", "x", 20.0, 30.0))
    system = trade_of({2021: rows, 2022: rows})
    for quantity, share in ((60.0, 1.0), (20.0, np.nan), (10.0, np.nan)):
        made = pd.DataFrame(
            {"place": "HOM", "product": "x", "year": [2021, 2022], "quantity": quantity}
        )
        row = diagnose.import_surge(system, home="HOM", production=made).table().iloc[0]
        assert row["home_share"] == pytest.approx(share, nan_ok=True)


def prices(*rows, **thresholds):
    limits = diagnose.QualityThresholds(**thresholds)
    system = trade_of({2022: frame(*rows)}, quantity_unit="t")
    return diagnose.quality_gap(system, home="HOM", thresholds=limits).table().set_index("product")


@pytest.mark.parametrize(
    ("price", "tier"),
    [(2.0, "middle"), (2.01, "up-market"), (0.5, "middle"), (0.49, "down-market"), (1.0, "middle")],
)
def test_tiers_begin_strictly_beyond_their_thresholds(price, tier):
    rest = (1000.0 - price) / 999.0  # the world's unit value is 1 with home's flow in it
    row = prices(
        ("HOM", "AAA", "x", price, 1.0), ("AAA", "BBB", "x", 999.0 * rest, 999.0), up=2.0, down=0.5
    ).loc["x"]
    assert row["export_to_world"] == pytest.approx(price)
    assert row["tier"] == tier


def test_a_gap_is_from_nought_to_one_and_the_widest_comes_first():
    table = prices(
        ("AAA", "HOM", "a", 10.0, 1.0), ("HOM", "AAA", "a", 20.0, 1.0),
        ("AAA", "HOM", "b", 10.0, 1.0), ("HOM", "AAA", "b", 2.5, 1.0),
        ("AAA", "HOM", "c", 10.0, 1.0), ("HOM", "AAA", "c", 5.0, 1.0),
        ("AAA", "HOM", "d", 40.0, 4.0), ("HOM", "AAA", "d", 5.0, 1.0),
        ("AAA", "HOM", "e", 70.0, 4.0), ("BBB", "AAA", "z", 1.0, 1.0),
    )  # fmt: skip
    assert list(table.index) == ["b", "d", "c", "a", "e"]
    assert list(table["gap"])[:4] == [0.75, 0.5, 0.5, 0.0]
    assert np.isnan(table.loc["e", "gap"])
    assert table.loc["e", "tier"] == ""


@pytest.mark.parametrize(("known", "price"), [(4.0, 2.0), (3.99, np.nan)])
def test_half_of_the_value_must_have_a_quantity_for_a_price(known, price):
    row = prices(
        ("AAA", "HOM", "x", known, known / 2.0), ("BBB", "HOM", "x", 8.0 - known, np.nan)
    ).loc["x"]
    assert row["import_unit_value"] == pytest.approx(price, nan_ok=True)
    nought = prices(("AAA", "HOM", "x", 4.0, 2.0), ("BBB", "HOM", "x", 4.0, 0.0)).loc["x"]
    assert nought["import_unit_value"] == 2.0


def exposed(share, cover_days, **thresholds):
    """Return the row of a product of which one supplier has `share` of all that is used."""
    system = trade_of({2022: frame(("AAA", "HOM", "x", 1.0, 100.0 * share))}, quantity_unit="t")
    made = pd.DataFrame(
        {"place": ["HOM"], "product": "x", "year": 2022, "quantity": 100.0 * (1.0 - share),
         "stocks": 100.0 * cover_days / 365.0}
    )  # fmt: skip
    limits = diagnose.ImportExposureThresholds(**thresholds)
    return diagnose.import_exposure(system, made, home="HOM", thresholds=limits).table().iloc[0]


@pytest.mark.parametrize(
    ("share", "days", "stuck"),
    [(0.75, 10.0, True), (0.5, 10.0, False), (0.75, 200.0, False), (0.25, 10.0, False)],
)
def test_stuck_is_a_product_that_hangs_on_one_supplier_longer_than_stocks_last(share, days, stuck):
    row = exposed(share, days)
    assert row["exposure_to_top"] == pytest.approx(share)
    assert row["cover"] == pytest.approx(days)
    assert row["gap"] == pytest.approx(max(180.0 - days, 0.0))
    assert bool(row["stuck"]) is stuck


def test_stocks_that_last_until_the_next_supplier_leave_no_gap():
    row = exposed(0.75, 73.0, substitution=73.0)
    assert row["gap"] == pytest.approx(0.0, abs=1e-12)
    assert exposed(0.75, 73.0, substitution=74.0)["gap"] == pytest.approx(1.0)


def test_a_product_that_is_not_imported_is_not_exposed_and_has_no_supplier():
    rows = frame(("HOM", "AAA", "x", 1.0, 10.0), ("AAA", "BBB", "y", 1.0, 10.0))
    made = pd.DataFrame({"place": "HOM", "product": ["x", "y"], "year": 2022, "quantity": 50.0})
    table = diagnose.import_exposure(trade_of({2022: rows}), made, home="HOM").table()
    assert list(table["top_supplier"]) == ["", ""]
    assert list(table["exposure_to_top"]) == [0.0, 0.0]
    assert list(table["net_import_reliance"]) == [0.0, 0.0]
    assert list(table["apparent_use"]) == [40.0, 50.0]
    assert list(table["self_sufficiency"]) == [1.25, 1.0]
    assert table["import_hhi"].isna().all()
    assert not table["stuck"].astype(bool).any()


def test_units_of_production_must_agree_among_themselves_and_with_the_trade():
    rows = frame(("AAA", "HOM", "x", 1.0, 10.0), ("AAA", "HOM", "y", 1.0, 10.0))
    made = pd.DataFrame(
        {"place": "HOM", "product": ["x", "y"], "year": 2022, "quantity": 5.0, "unit": ["t", "kg"]}
    )
    for unit, told in (("t", "the trade in t"), ("", "the trade in no stated unit")):
        with pytest.raises(LabelError, match=f"counts in kg, t, {told}"):
            diagnose.import_exposure(trade_of({2022: rows}, quantity_unit=unit), made, home="HOM")
    one = made.assign(unit="kg")
    bare = diagnose.import_exposure(trade_of({2022: rows}), one, home="HOM")
    assert len(bare.table()) == 2
    half = made.assign(unit=["t", ""])
    assert len(
        diagnose.import_exposure(trade_of({2022: rows}, quantity_unit="t"), half, home="HOM").made
    )


def test_production_is_the_mean_of_the_years_that_state_it():
    rows = pd.DataFrame(
        [("A", "x", 2020, 4.0), ("A", "x", 2021, 8.0), ("A", "y", 2021, 99.0),
         ("B", "x", 2019, 7.0), ("C", "x", 2021, np.nan), ("D", "x", 2021, 0.0)],
        columns=["place", "product", "year", "quantity"],
    )  # fmt: skip
    assert made_by_place(rows, "x", [2020, 2021]).to_dict() == {"A": 6.0, "D": 0.0}
    assert made_by_place(rows, "x", [2019]).to_dict() == {"B": 7.0}
    assert made_by_place(rows, "z", [2019]).to_dict() == {}


def risk(*, score=4.0, uses=None, made=(("AAA", 1.0),), trade=None, material=None, **thresholds):
    """Return the row of product x, all of it made and sold by AAA unless said."""
    system = trade_of({2022: frame(("AAA", "HOM", "x", 1.0, 10.0)) if trade is None else trade})
    table = pd.DataFrame([(p, "x", 2022, q) for p, q in made],
                         columns=["place", "product", "year", "quantity"])  # fmt: skip
    scores = pd.DataFrame({"place": ["AAA"], "score": [score]})
    limits = diagnose.CriticalityThresholds(**thresholds)
    given = material or diagnose.Material("m", uses=uses or {})
    found = diagnose.supply_risk(
        system, table, scores, home="HOM", materials={"x": given}, thresholds=limits
    )
    return found.table().iloc[0]


@pytest.mark.parametrize(
    ("supply", "importance", "critical"),
    [(4.0, 5.0, True), (4.01, 5.0, False), (4.0, 5.01, False), (3.0, 4.0, True)],
)
def test_critical_is_what_reaches_both_thresholds(supply, importance, critical):
    uses = {"C1": (0.5, 30.0)}
    row = risk(uses=uses, supply_risk=supply, importance=importance)
    assert (row["supply_risk"], row["importance"]) == (4.0, 5.0)
    assert bool(row["critical"]) is critical


def test_what_is_recycled_or_replaced_takes_its_part_of_the_risk():
    material = diagnose.Material("m", recycled=0.25, substitution_risk=0.8)
    row = risk(material=material)
    assert row["supply_risk"] == pytest.approx(4.0 * 0.75 * 0.8)
    assert (row["recycled"], row["substitution"]) == (0.25, 0.8)


def test_home_that_makes_half_of_its_use_weighs_the_world_by_a_quarter():
    row = risk(made=(("AAA", 30.0), ("HOM", 10.0)), scored=0.0)
    assert row["import_reliance"] == 0.5
    world, sourcing = 0.75**2 * 4.0, 0.5**2 * 4.0
    assert (row["risk_world"], row["risk_sourcing"]) == (pytest.approx(world), sourcing)
    assert row["supply_risk"] == pytest.approx(0.25 * world + 0.75 * sourcing)
    assert (row["scored_world"], row["scored_sourcing"]) == (0.75, 0.5)
    assert row["reason_en"].startswith("lower bound: no governance score of HOM")
    assert row["reason_zh"].startswith("下限：HOM 无治理评分；未给出用途")


@pytest.mark.parametrize(("scored", "said"), [(0.5, True), (0.51, False)])
def test_the_share_of_supply_that_is_scored_must_reach_its_threshold(scored, said):
    row = risk(made=(("AAA", 30.0), ("HOM", 10.0)), scored=scored)
    assert np.isnan(row["supply_risk"]) != said
    if not said:
        assert row["reason_en"].startswith("too few governance scores: no HOM; no uses given")
        assert row["reason_zh"].startswith("治理评分覆盖不足：缺 HOM；未给出用途，故不计经济重要性")


def test_the_first_eight_places_without_a_score_are_named():
    for count, end in ((8, ""), (9, " …")):
        made = [("AAA", 100.0), *((f"B{i:02d}", 0.1) for i in range(count))]
        row = risk(made=made, uses={"C1": (1.0, 1.0)})
        named = ", ".join(f"B{i:02d}" for i in range(8))
        assert row["reason_en"] == f"lower bound: no governance score of {named}{end}"
        assert row["reason_zh"] == f"下限：{named}{end} 无治理评分"
        assert "缺" not in row["reason_zh"]


def test_home_that_sells_more_than_it_buys_relies_on_nobody():
    trade = frame(("AAA", "HOM", "x", 1.0, 10.0), ("HOM", "AAA", "x", 1.0, 15.0))
    row = risk(trade=trade, made=(("HOM", 20.0), ("AAA", 20.0)), scored=0.0)
    assert row["import_reliance"] == 0.0
    assert row["supply_risk"] == row["risk_sourcing"]
    without = risk(trade=trade, made=(("HOM", 4.0), ("AAA", 20.0)), scored=0.0)
    assert np.isnan(without["import_reliance"])
    assert np.isnan(without["supply_risk"])


@pytest.mark.parametrize("score", [-0.1, 10.1])
def test_a_score_beyond_the_scale_is_refused(score):
    with pytest.raises(ParameterError, match="from 0 to 10"):
        risk(score=score)
    assert risk(score=10.0)["supply_risk"] == 10.0
    assert risk(score=0.0)["supply_risk"] == 0.0


@pytest.mark.parametrize("value", [-0.01, 1.01])
@pytest.mark.parametrize("name", ["recycled", "substitution_risk", "substitution_importance"])
def test_shares_of_a_material_lie_from_nought_to_one(name, value):
    with pytest.raises(ParameterError, match=name):
        diagnose.Material("m", **{name: value})
    for border in (0.0, 1.0):
        assert getattr(diagnose.Material("m", **{name: border}), name) == border
    with pytest.raises(ParameterError, match="use in C1"):
        diagnose.Material("m", uses={"C1": (value, 1.0)})


def test_a_tiny_quantity_that_is_lost_is_a_quantity():
    found = Spare(np.array([[5e-4, 0.0], [1.0, 1.0]]), np.array([[0.0, 0.0], [2e-4, 1.0]]), 2)
    lost, instead = replaceable(found, np.array([0, 0]))
    assert lost[0] == 5e-4
    assert instead[0] == 2e-4
    assert np.isnan(lost[1])
    assert np.isnan(instead[1])


def test_a_group_with_one_member_here_is_that_member_as_home():
    rows = frame(("CHN", "DEU", "x", 10.0, 1.0), ("DEU", "CHN", "y", 10.0, 1.0))
    found = diagnose.mutual_dependence(trade_of({2022: rows}), home="EU27", blocs=[])
    assert found.parameters["home"] == "DEU"
    assert list(found.table()["partner"]) == ["CHN"]
    assert found.table()["net"].tolist() == [0]
    assert found.table()["share_on_home"].tolist() == [1.0]


@pytest.mark.parametrize(("share", "depends"), [(0.5, False), (0.51, True)])
def test_a_partner_depends_on_who_has_more_than_half(share, depends):
    rows = frame(("CHN", "DEU", "x", share, 1.0), ("USA", "DEU", "x", 1.0 - share, 1.0))
    table = diagnose.mutual_dependence(trade_of({2022: rows}), home="CHN", blocs=[]).table()
    row = table.set_index("partner").loc["DEU"]
    assert row["products_on_home"] == int(depends)
    assert row["imports_on_home"] == (share + (1.0 - share) if depends else 0.0)


def test_partners_of_equal_weight_stand_by_their_codes():
    rows = frame(*((("CHN", place, "x", 1.0, 1.0)) for place in ("USA", "DEU", "JPN", "BRA")))
    found = diagnose.mutual_dependence(trade_of({2022: rows}), home="CHN", blocs=[])
    assert list(found.table()["partner"]) == ["BRA", "DEU", "JPN", "USA"]
    products = found.tables()["product_dependence_products"]
    assert list(products["importer"]) == ["BRA", "DEU", "JPN", "USA"]
    assert set(products["supplier"]) == {"CHN"}
    assert np.isnan(found.table()["share_of_home"]).all()


def test_products_have_the_names_of_their_list_english_where_there_is_no_chinese():
    rows = frame(("CHN", "DEU", "850760", 1.0, 1.0))
    system = trade_of({2022: rows}, classification="HS2017", money=Money("USD"))
    en, zh = (product_names(system.trade, language) for language in ("en", "zh"))
    assert "Lithium" in en["850760"] or "lithium" in en["850760"]
    assert zh["850760"] == en["850760"]  # the six-digit codes have no Chinese names here
    assert zh["85"] != en["85"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh["85"])
    assert set(zh) == set(en)
    unlisted = Trade.of_years({}, classification="SITC2")
    assert product_names(unlisted, "zh") == {}


def test_a_code_of_the_user_that_reads_as_a_short_one_of_a_country_keeps_its_own_name():
    assert place_name("CN") == "CN"
    assert place_name("CHN") == "China"
    assert place_name("CHN", "zh") == "中国"
    assert place_name("EU27") != "EU27"
    assert place_name("EU27", "zh") != place_name("EU27")
    assert place_name("nowhere") == "nowhere"


def test_risk_needs_quantities_in_every_year():
    one = frame(("AAA", "HOM", "x", 1.0, 10.0))
    made = pd.DataFrame({"place": ["AAA"], "product": "x", "year": 2022, "quantity": 1.0})
    scores = pd.DataFrame({"place": ["AAA"], "score": [4.0]})
    system = trade_of({2021: one.drop(columns="quantity"), 2022: one})
    with pytest.raises(MissingPartError, match="quantities"):
        diagnose.supply_risk(system, made, scores, home="HOM")
    found = diagnose.supply_risk(system, made, scores, home="HOM", years=[2022])
    assert found.parameters["years"] == [2022]
    assert found.table()["supply_risk"].tolist() == [4.0]


def test_what_is_bought_in_tiny_amounts_is_bought():
    trade = frame(("AAA", "HOM", "x", 1.0, 5e-4), ("BBB", "HOM", "x", 1.0, 5e-4))
    row = risk(trade=trade, scored=0.5)
    assert row["risk_sourcing"] == 0.25 * 4.0
    assert row["scored_sourcing"] == 0.5
    assert row["import_reliance"] == 1.0


def test_parts_of_a_reason_are_joined_as_each_language_does():
    rows = frame(("AAA", "HOM", "x", 1.0, 10.0), ("AAA", "TWO", "x", 1.0, 10.0))
    made = pd.DataFrame({"place": ["HOM"], "product": "x", "year": 2022, "quantity": 5.0})
    row = diagnose.import_exposure(trade_of({2022: rows}), made, home="HOM+TWO").table().iloc[0]
    assert row["reason_en"] == (
        "stocks are not known, so cover is not; only some members of home state what they make: "
        "use is a lower bound, exposure an upper"
    )
    assert row["reason_zh"] == (
        "库存未知，故可用天数未知；仅部分成员给出产量：消费量为下限，暴露度为上限"
    )


@pytest.mark.parametrize(
    ("thresholds", "published"),
    [
        (
            diagnose.DependenceThresholds(),
            {"import_hhi": 0.4, "world_hhi": 0.4, "imports_per_exports": 1.0, "extra_share": 0.5,
             "years_needed": 2.0, "years_of": 3.0, "hit": 0.5, "spare_years": 5.0, "rca": 1.0},
        ),
        (diagnose.CriticalityThresholds(), {"supply_risk": 1.0, "importance": 2.8, "scored": 0.95}),
        (diagnose.ImportExposureThresholds(), {"top": 0.5, "substitution": 180.0}),
        (diagnose.QualityThresholds(), {"up": 1.15, "down": 0.85, "known": 0.5}),
        (diagnose.MutualThresholds(), {"import_hhi": 0.4, "top_share": 0.5}),
    ],
    ids=lambda each: type(each).__name__,
)  # fmt: skip
def test_thresholds_that_are_not_asked_for_are_those_of_the_sources(thresholds, published):
    assert {name: getattr(thresholds, name) for name in published} == published


def test_a_mark_is_missed_as_soon_as_one_threshold_is():
    low = risk(score=0.5, uses={"C1": (0.5, 30.0)})
    assert (low["supply_risk"], low["importance"], bool(low["critical"])) == (0.5, 5.0, False)
    few = risk(score=5.0, uses={"C1": (0.2, 30.0)})
    assert (few["supply_risk"], few["importance"], bool(few["critical"])) == (5.0, 2.0, False)
    unsaid = risk(score=5.0)
    assert unsaid["critical"] is None or pd.isna(unsaid["critical"])
