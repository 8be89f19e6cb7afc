"""The assessment: indicators worked by hand, composites without hidden weights, years and draws."""

import numpy as np
import pytest

import chainwright as cw
from chainwright.accounts import position, reliance
from chainwright.diagnose import INDICATORS, AssessmentThresholds, assessment, stuck_necks
from chainwright.diagnose.sectors.cell_errors import redrawn
from chainwright.diagnose.sectors.composites import agreement, composite, parts_of, reweighted
from chainwright.diagnose.sectors.indicators import equation_of
from chainwright.errors import LabelError, MissingPartError, ParameterError, UnknownCodeError
from chainwright.system.balance import gras
from chainwright.tables import schema
from real import data
from toys import MATRIX, toy_table

X = np.array([100.0, 100, 140, 115, 209, 136])
GOODS = np.array(["goods"] * 4)


@pytest.fixture(scope="module")
def found(toy):
    return assessment(toy, home="A")


@pytest.fixture(scope="module")
def chinese(wiod2011):
    return assessment(wiod2011, home="CHN")


@pytest.fixture(scope="module")
def years():
    systems = cw.System.read_years(data("wiod2013"), [1995, 2003, 2011])
    return assessment(systems, home="CHN")


def sector(found, code):
    return found.tables()["assessment_sectors"].set_index("sector").loc[code]


def test_the_toy_is_worked_by_hand(found):
    m, k = sector(found, "m"), sector(found, "k")
    # A's m buys 82, of which 19 from B and 35 from C (dependence.md: FIP .6585, FIR .6995)
    assert m["imported_share"] == pytest.approx(54 / 82)
    assert m["foreign_reliance"] == pytest.approx(0.6995, abs=5e-5)
    assert k["foreign_reliance"] == pytest.approx(0.6509, abs=5e-5)
    assert m["hidden_reliance"] == pytest.approx(m["foreign_reliance"] - 54 / 82)
    assert m["top_supplier"] == "C"
    assert m["exposure_direct"] == pytest.approx(35 / 82)
    assert m["exposure_look_through"] == pytest.approx(0.4350, abs=5e-5)
    # product m: 15 from B, 30 from C; product k: 4 and 5
    hhi = ((15**2 + 30**2) / 45**2 * 45 + (4**2 + 5**2) / 9**2 * 9) / 54
    assert m["supplier_hhi"] == pytest.approx(hhi)
    assert m["upstreamness"] == pytest.approx(1.8879, abs=5e-5)


def test_output_at_risk_is_the_worst_essential_input_not_a_sum(found):
    # sections of the toy are not known, so all inputs count as essential: m from C is 30 of 65
    assert sector(found, "m")["output_at_risk"] == pytest.approx(30 / 65)


def test_the_weight_of_a_sector_is_what_home_loses_without_it(found):
    A, y = np.array(MATRIX) / X, X - np.array(MATRIX, float).sum(axis=1)
    A[0], A[:, 0], y[0] = 0, 0, 0
    left = np.linalg.solve(np.eye(6) - A, y)
    assert sector(found, "m")["loss_on_extraction"] == pytest.approx((200 - left[:2].sum()) / 200)


def test_it_agrees_with_the_accounts_on_the_real_table(wiod2011, chinese):
    mine = chinese.tables()["assessment_sectors"].set_index("sector")
    theirs = reliance(wiod2011, home="CHN").table().set_index("sector").loc[mine.index]
    np.testing.assert_allclose(mine["imported_share"], theirs["foreign_input_face"], atol=1e-12)
    np.testing.assert_allclose(
        mine["foreign_reliance"], theirs["foreign_input_look_through"], atol=1e-10
    )
    stages = position(wiod2011).table().query("region == 'CHN'").set_index("sector")
    np.testing.assert_allclose(
        mine["upstreamness"], stages.loc[mine.index, "upstreamness"], atol=1e-10
    )


def test_it_agrees_with_stuck_necks(wiod2011, chinese):
    necks = stuck_necks(wiod2011, home="CHN").table()
    worst = (necks["output_at_risk"] / necks["output"]).groupby(necks["sector"]).max()
    flagged = necks.groupby("sector")["flagged"].sum()
    mine = chinese.tables()["assessment_sectors"].set_index("sector").loc[worst.index]
    np.testing.assert_allclose(mine["output_at_risk"], worst.fillna(0.0), atol=1e-12)
    assert mine["weak_inputs"].astype(int).to_dict() == flagged.astype(int).to_dict()


def test_manufacturing_of_china_2011_has_the_reliance_of_the_reference(chinese):
    home = chinese.tables()["assessment_years"].iloc[0]
    assert home["manufacturing_imported_share"] == pytest.approx(0.1199, abs=5e-5)
    assert home["manufacturing_foreign_reliance"] == pytest.approx(0.2198, abs=5e-5)


def test_china_grew_to_a_fifth_of_the_worlds_manufacturing(years):
    home = years.tables()["assessment_years"]
    assert home["year"].tolist() == [2011, 2003, 1995]
    for column in ("world_share_output", "world_share_value_added", "world_share_exports"):
        assert home[column].is_monotonic_decreasing
    assert home["world_share_value_added"].iloc[0] == pytest.approx(0.199, abs=1e-3)
    assert home["world_share_value_added"].iloc[2] == pytest.approx(0.044, abs=1e-3)


def test_the_first_risks_of_china_2011_are_ore_oil_and_electronics(chinese):
    goods = chinese.tables()["assessment_sectors"].query("sector_class == 'goods'")
    assert set(goods["sector"].head(3)) == {"c12", "c8", "c14"}
    assert goods.set_index("sector").loc["c12", "top_supplier"] == "AUS"
    assert set(goods["sector"].tail(2)) == {"c4", "c5"}
    # over half of what refineries import comes from countries that the table lumps
    oil = goods.set_index("sector").loc["c8"]
    assert np.isnan(oil["supplier_hhi"])
    assert oil["security_parts_unsaid"] == "supplier_hhi"


def test_each_row_says_its_equation_its_threshold_and_whether_it_is_crossed(chinese):
    table = chinese.table()
    assert len(table) == 35 * len(INDICATORS)
    assert table["equation"].str.len().gt(20).all()
    said = table.dropna(subset=["value", "threshold"])
    assert said["crossed"].tolist() == (said["value"] >= said["threshold"]).tolist()
    assert table.loc[table["value"].isna(), "crossed"].isna().all()
    assert table.loc[table["value"].isna(), "reason_en"].ne("").all()
    assert table.loc[table["value"].isna(), "reason_zh"].ne("").all()
    assert equation_of("supplier_hhi")[0] == "1"


def test_goods_are_ranked_apart_from_services(chinese):
    table = chinese.table().query("indicator == 'foreign_reliance'").dropna(subset=["rank"])
    for is_goods, group in table.groupby(table["sector_class"].eq("goods")):
        assert sorted(group["rank"]) == list(range(1, len(group) + 1)), is_goods
        assert group["ranked"].eq(len(group)).all()


def test_the_rank_over_the_years_is_told(years):
    table = years.table()
    last = table.query("year == 2011 and sector == 'c14'").set_index("indicator")
    ranks = table.query("sector == 'c14' and indicator == 'revealed_advantage'")["rank"]
    advantage = last.loc["revealed_advantage"]
    assert (advantage["rank_best"], advantage["rank_worst"]) == (ranks.min(), ranks.max())
    assert advantage["first_ten_share"] == pytest.approx((ranks <= 10).mean())
    assert 0.5 < advantage["agreement"] <= 1.0
    assert table["year"].tolist() == sorted(table["year"], reverse=True)


def test_one_year_tells_nothing_of_stability(chinese):
    table = chinese.table()
    for column in ("rank_best", "rank_worst", "first_ten_share", "agreement"):
        assert table[column].isna().all()


def test_a_composite_is_the_mean_of_the_parts_that_are_shown(chinese):
    table = chinese.table().query("sector == 'c14' and dimension == 'security'")
    expected = (table["part"] * table["weight"]).sum()
    assert sector(chinese, "c14")["security"] == pytest.approx(expected)
    assert table["weight"].sum() == pytest.approx(1.0)
    assert table["weight"].dropna().nunique() == 1  # equal, as none were given
    told = sector(chinese, "c14")["security_parts"]
    assert all(name in told for name in chinese.parts("security"))


def test_weights_are_the_users_to_set(toy):
    doubled = assessment(toy, home="A", weights={"leverage": 2.0, "supplier_hhi": 0.0})
    assert doubled.parts("security") == (
        "foreign_reliance",
        "exposure_look_through",
        "output_at_risk",
    )
    shares = dict(
        zip(
            doubled.parts("competitiveness"),
            doubled.weights_of("competitiveness"),
            strict=True,
        )
    )
    assert shares["leverage"] == pytest.approx(2 * shares["revealed_advantage"])
    assert doubled.parameters["weights"]["leverage"] == 2.0


def test_other_weights_never_move_a_sector_that_leads_in_every_part():
    parts = np.array([[1.0, 0.6, 0.3, 0.0], [1.0, 0.0, 0.3, 0.6]])
    other = reweighted(parts, GOODS, 200, np.random.default_rng(7))
    assert (other.rank_low[0], other.rank_high[0]) == (1, 1)
    assert other.rank_low[1] < other.rank_high[1]
    assert other.first_share.tolist() == [1.0] * 4


def test_first_ten_share_counts_draws_of_weights():
    parts = np.vstack([np.linspace(1, 0, 12), np.linspace(0, 1, 12)])
    other = reweighted(parts, np.array(["goods"] * 12), 500, np.random.default_rng(7))
    assert other.first_share[5] == 1.0
    assert 0.3 < other.first_share[0] < 0.7
    assert other.first_share[0] == pytest.approx(1 - other.first_share[11], abs=1e-9)


def test_ten_places_are_the_first_ones_and_the_eleventh_is_not():
    other = reweighted(
        np.linspace(1, 0, 12)[None], np.array(["goods"] * 12), 5, np.random.default_rng(7)
    )
    assert other.first_share.tolist() == [1.0] * 10 + [0.0] * 2


def test_parts_share_ties_and_leave_out_what_is_not_said():
    parts = parts_of(np.array([[1.0, 1.0, 4.0, np.nan]]), GOODS)
    assert parts[0, :3].tolist() == [0.25, 0.25, 1.0]
    assert np.isnan(parts[0, 3])
    assert composite(np.array([[0.2], [np.nan]]), np.array([0.5, 0.5])) == pytest.approx([0.2])


def test_agreement_is_kendalls_w_with_ties():
    # ranks 1 2.5 2.5 4 and 1 2 3 4: R = 2 4.5 5.5 8, S = 18.5; W = 12 * 18.5 / (4 * 60 - 2 * 6)
    assert agreement(np.array([[1.0, 2, 2, 3], [1.0, 2, 3, 4]])) == pytest.approx(222 / 228)
    assert np.isnan(agreement(np.array([[1.0, 2.0]])))
    assert np.isnan(agreement(np.ones((3, 4))))


def test_draws_keep_all_margins_and_are_what_gras_gives(wiod2011):
    flows = wiod2011.flows
    drawn = redrawn(flows, 0.2, np.random.default_rng(7))
    size = flows.output.max()
    assert np.abs(drawn.matrix.sum(axis=0) - flows.matrix.sum(axis=0)).max() < 1e-8 * size
    assert np.abs(drawn.matrix.sum(axis=1) - flows.matrix.sum(axis=1)).max() < 1e-8 * size
    assert ((drawn.matrix == 0) == (flows.matrix == 0)).all()
    assert np.abs(drawn.matrix - flows.matrix).max() > 1000.0
    cells = flows.matrix[flows.matrix != 0]
    noise = np.exp(0.2 * np.random.default_rng(7).standard_normal(len(cells)) - 0.02)
    noisy = flows.matrix.copy()
    noisy[flows.matrix != 0] = cells * noise
    balanced, _, _ = gras(noisy, flows.matrix.sum(axis=1), flows.matrix.sum(axis=0))
    np.testing.assert_allclose(drawn.matrix, balanced, atol=1e-8 * size)


def test_negative_cells_keep_their_sign_and_the_margins_hold():
    rows = toy_table()
    rows.loc[4, "value"] = -8.0  # A:m to C:m
    flows = cw.System.from_table(rows).flows
    drawn = redrawn(flows, 0.3, np.random.default_rng(1))
    assert (np.sign(drawn.matrix) == np.sign(flows.matrix)).all()
    np.testing.assert_allclose(drawn.matrix.sum(axis=0), flows.matrix.sum(axis=0), rtol=1e-7)
    np.testing.assert_allclose(drawn.matrix.sum(axis=1), flows.matrix.sum(axis=1), rtol=1e-7)


def test_imports_of_a_national_table_are_drawn_with_it(nbs2018):
    flows = nbs2018.flows
    drawn = redrawn(flows, 0.2, np.random.default_rng(1))
    before = flows.matrix.sum(axis=0) + flows.imports.matrix.sum(axis=0)
    after = drawn.matrix.sum(axis=0) + drawn.imports.matrix.sum(axis=0)
    np.testing.assert_allclose(after, before, rtol=1e-6)
    moved = drawn.imports.matrix.sum(axis=0) - flows.imports.matrix.sum(axis=0)
    assert np.abs(moved).max() > 0.0


def test_intervals_hold_the_draws(toy):
    drawn = assessment(toy, home="A", draws=40, cell_error=0.1)
    table = drawn.table().dropna(subset=["value_low"])
    assert (table["value_low"] <= table["value_high"]).all()
    reliance_of_m = table.query("sector == 'm' and indicator == 'foreign_reliance'").iloc[0]
    assert reliance_of_m["value_low"] < reliance_of_m["value"] < reliance_of_m["value_high"]
    fixed = table.query("indicator == 'world_share_output'")
    np.testing.assert_allclose(fixed["value_low"], fixed["value_high"], rtol=1e-6)
    assert drawn.parameters["cell_error"] == 0.1
    wide = drawn.tables()["assessment_sectors"]
    assert (wide["security_rank_low_cells"] <= wide["security_rank_high_cells"]).all()


def test_no_error_in_the_cells_gives_no_interval(toy):
    table = assessment(toy, home="A", draws=3, cell_error=0.0).table()
    np.testing.assert_allclose(table["value_low"], table["value"], rtol=1e-6)
    np.testing.assert_allclose(table["value_high"], table["value"], rtol=1e-6)


def test_years_of_different_layouts_are_refused_with_what_differs(wiod2011, toy):
    with pytest.raises(LabelError, match=r"lacks AUS:c1.*also has A:m") as refused:
        assessment({1995: wiod2011, 2011: toy}, home="A")
    assert "aggregated" in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"draws": -1}, ParameterError, "draws"),
        ({"draws": 1.5}, ParameterError, "draws"),
        ({"cell_error": 3.0}, ParameterError, "cell_error"),
        ({"weights": {"levrage": 1.0}}, UnknownCodeError, "leverage"),
        ({"weights": {"leverage": -1.0}}, ParameterError, "weights"),
        ({"home": "D"}, UnknownCodeError, "region"),
    ],
)
def test_a_bad_question_is_refused(toy, asked, error, said):
    with pytest.raises(error, match=said):
        assessment(toy, **{"home": "A", **asked})


def test_weights_of_nothing_are_refused(toy):
    none = dict.fromkeys(
        ["foreign_reliance", "supplier_hhi", "exposure_look_through", "output_at_risk"], 0.0
    )
    with pytest.raises(ParameterError, match="at least one part of security"):
        assessment(toy, home="A", weights=none)
    with pytest.raises(ParameterError, match="at least one by year"):
        assessment({}, home="A")


def test_a_competitive_table_is_refused_with_the_remedy():
    system = cw.System.read(data("china_io_nbs") / "china_2017_149.csv.gz")
    with pytest.raises(MissingPartError, match="split_imports"):
        assessment(system, home="CHN")


def test_a_national_table_names_no_supplier_and_says_so(nbs2018):
    found = assessment(nbs2018, home="CHN")
    table = found.table().set_index("indicator")
    for name in ("supplier_hhi", "exposure_direct", "output_at_risk", "unknown_share"):
        assert table.loc[name, "value"].isna().all()
    assert table.loc["supplier_hhi", "reason_en"].str.contains("abroad|no output").all()
    assert table.loc["revealed_advantage", "reason_en"].str.contains("one nation").any()
    assert found.parts("security") == ("foreign_reliance",)
    theirs = reliance(nbs2018, home="CHN").table().set_index("sector")
    mine = found.tables()["assessment_sectors"].set_index("sector")["foreign_reliance"]
    np.testing.assert_allclose(
        mine, theirs.loc[mine.index, "foreign_input_look_through"], atol=1e-12
    )


def test_thresholds_are_the_users_to_set(toy):
    low = assessment(toy, home="A", thresholds=AssessmentThresholds(supplier_hhi=0.0))
    high = assessment(toy, home="A", thresholds=AssessmentThresholds(supplier_hhi=1.0))
    assert "supplier_hhi" in sector(low, "m")["risks"]
    assert "supplier_hhi" not in sector(high, "m")["risks"]
    assert high.parameters["thresholds"]["supplier_hhi"] == 1.0


def test_each_table_has_the_columns_of_its_schema(chinese):
    for name, frame in chinese.tables().items():
        assert list(frame.columns) == [c.column for c in schema(name)]


def test_the_origin_names_the_table_of_every_year(years, tmp_path):
    assert set(years.origin["systems"]) == {"1995", "2003", "2011"}
    years.save(tmp_path / "out", format="csv")
    assert (tmp_path / "out" / "assessment_years.csv").is_file()
    assert "wiot_1995" in (tmp_path / "out" / "assessment.csv.origin.json").read_text("utf-8")


def test_progress_is_told_for_tables_and_draws(toy):
    told = []
    assessment(toy, home="A", draws=2, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_chart_shows_every_good(chinese):
    texts = [text.get_text() for text in chinese.plot().axes[0].texts]
    assert len(texts) == 17 + 1  # a code a point, and the key
    assert texts[-1].splitlines()[0] == "c12  Basic metals and fabricated metal"
