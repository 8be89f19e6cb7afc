"""Complexity as it is asked for: inputs, filters, tables, years, regions, opportunities."""

import gzip

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from chainwright import System
from chainwright.diagnose import (
    ComplexityYears,
    PresenceFilter,
    complexity,
    complexity_years,
    opportunities,
    opportunity_presets,
)
from chainwright.diagnose.product_space.complexity_reasons import COMPLEXITY_REASONS
from chainwright.diagnose.product_space.density import density
from chainwright.diagnose.product_space.outlook import outlook_gain, outlook_index
from chainwright.diagnose.product_space.second_eigenvectors import second_eigenvectors
from chainwright.errors import (
    MissingFileError,
    MissingPartError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.system import Trade
from chainwright.tables import example
from made_exports import as_rows, made_exports
from toys import toy_table

ARRAYS = [
    "rca",
    "eci",
    "pci",
    "fitness",
    "complexity_fitness",
    "density",
    "coi",
    "cog",
    "diversity",
    "ubiquity",
    "proximity",
]


@pytest.fixture(scope="module")
def rows():
    return as_rows(made_exports())


@pytest.fixture(scope="module")
def found(rows):
    return complexity(rows)


def assert_same(one, other):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


# ---- what exports are taken from


def test_a_table_of_any_kind_gives_the_same_answer(rows, found, tmp_path):
    assert_same(complexity(pl.from_pandas(rows)), found)
    assert_same(complexity(pa.Table.from_pandas(rows, preserve_index=False)), found)
    assert_same(complexity(rows.sample(frac=1.0, random_state=1)), found)
    plain, packed, arrow = (tmp_path / name for name in ("e.csv", "e.csv.gz", "e.parquet"))
    rows.to_csv(plain, index=False)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    rows.to_parquet(arrow, index=False)
    for path in (plain, packed, arrow, str(plain)):
        assert_same(complexity(path), found)


def test_exports_trade_and_a_system_give_the_same_answer(found):
    assert_same(complexity(found.exports), found)
    trade = Trade.of_exports({2020: found.exports})
    assert_same(complexity(trade), found)
    assert_same(complexity(System(trade=trade)), found)


def test_the_written_example_of_exports_is_one(tmp_path):
    path = tmp_path / "exports.csv"
    path.write_text(example("exports"), "utf-8")
    found = complexity(path)
    assert found.year == 2022
    assert found.table()["place"].tolist() == ["B", "C", "A"]


def test_codes_are_text(tmp_path):
    path = tmp_path / "e.csv"
    lines = ["place,product,value", "NA,0011,3", "NA,011,2", "ad,0011,1", "ad,1e3,5", "ad,011,1"]
    path.write_text("\n".join(lines), "utf-8")
    found = complexity(path)
    assert found.places.codes == ("NA", "ad")
    assert found.products.codes == ("0011", "011", "1e3")


def test_a_row_of_zero_keeps_its_place_and_product_and_an_empty_amount_is_nan_alone(rows, found):
    zero = pd.DataFrame({"place": ["zz"], "product": ["zzz"], "value": [0.0]})
    wider = complexity(pd.concat([rows, zero], ignore_index=True))
    np.testing.assert_array_equal(wider.eci[:-1], found.eci)
    np.testing.assert_array_equal(wider.density[:-1, :-1], found.density)
    last = wider.table().iloc[-1]
    assert (last["place"], last["reason"], last["reason_zh"]) == ("zz", "No exports.", "没有出口。")
    unknown = rows.copy()
    unknown.loc[0, "value"] = np.nan
    part = complexity(unknown)
    cell = part.places.place[rows["place"][0]], part.products.place[rows["product"][0]]
    assert np.isnan(part.rca[cell])
    assert np.isnan(part.rca).sum() == 1
    assert not np.isnan(part.eci).any()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": -1.0}, "row 5, column 'value': found -1"),
        ({"value": np.inf}, "row 5, column 'value'"),
        ({"value": "1,5"}, r"row 5, column 'value': found '1,5'"),
        ({"place": ""}, "row 5, column 'place': found nothing"),
        ({"product": None}, "row 5, column 'product': found nothing"),
        ({"place": "p0000", "product": "000001"}, "row 5: .* of row 2 again"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_number(change, said):
    rows = pd.DataFrame(
        {
            "place": ["p0000", "p0001", "p0001", "p0002", "p0002"],
            "product": ["000001", "000001", "000002", "000002", "000003"],
            "value": [1.0, 2.0, 3.0, 4.0, 5.0],
        }
    ).astype({"value": object if isinstance(change.get("value"), str) else float})
    for column, value in change.items():
        rows.loc[3, column] = value
    if rows["value"].dtype == object:
        rows["value"] = rows["value"].astype(str)
    with pytest.raises(TableError, match=said):
        complexity(rows)


def test_what_holds_no_exports_is_refused(tmp_path, rows):
    with pytest.raises(MissingPartError):
        complexity(System.from_table(toy_table()))
    with pytest.raises(MissingFileError):
        complexity(tmp_path / "none.csv")
    with pytest.raises(TableError, match="no column 'value'"):
        complexity(rows.drop(columns="value"))
    with pytest.raises(TableError, match="Arrow stream"):
        complexity(42)
    with pytest.raises(TableError, match="no row"):
        complexity(rows.head(0))


def test_trade_whose_years_nothing_tells_is_taken(found):
    undated = Trade.from_table(as_rows(made_exports()), places="given", classification="given")
    assert undated.years == ()
    assert_same(complexity(System(trade=undated)), found)
    assert found.system.trade.exports() is found.exports


# ---- what is asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"convention": "atlas"}, "one of growthlab, stata, r"),
        ({"method": "power"}, "eigen or reflections"),
        ({"iterations": 1}, "a whole number from 2"),
        ({"iterations": 20.0}, "a whole number from 2"),
        ({"method": "reflections", "iterations": 21}, "even for reflections"),
        ({"presence": "any"}, "rca, rpop or both"),
        ({"presence": "rpop"}, "asks for RPOP"),
        ({"threshold": 0.0}, "above 0"),
        ({"diagonal": 2.0}, "from 0 to 1"),
        ({"fitness_updates": -1}, "from 0"),
        ({"neighbours": 0}, "from 1"),
        ({"filter": {"min_shar": 1e-4}}, "min_share"),
        ({"filter": {"min_share": 2.0}}, "from 0.0 to 1.0"),
        ({"filter": {"core": True}}, "min_diversity or min_ubiquity"),
        ({"filter": {"places": "p0001"}}, "several codes"),
        ({"filter": "small"}, "a mapping"),
        ({"population": {"zz": 1.0}}, "codes of the input"),
        ({"given_pci": {"zz": 1.0}}, "codes of the input"),
        ({"year": 1999}, "a year that is not stated"),
    ],
)
def test_a_parameter_outside_its_range_is_refused(rows, asked, said):
    with pytest.raises(ParameterError, match=said):
        complexity(rows, **asked)


def test_iterations_and_updates_count_as_stated(rows):
    twenty = complexity(rows, iterations=20)
    np.testing.assert_array_equal(complexity(rows, fitness_updates=19).fitness, twenty.fitness)
    six = complexity(rows, iterations=6)
    np.testing.assert_array_equal(complexity(rows, fitness_updates=5).fitness, six.fitness)
    np.testing.assert_array_equal(six.eci, twenty.eci)
    assert complexity(rows, convention="stata").parameters["fitness_updates"] == 50
    by_reflections = complexity(rows, method="reflections", convention="r")
    np.testing.assert_array_equal(by_reflections.fitness, twenty.fitness)


def test_a_strict_convention_asks_for_more_than_one():
    equal = pd.DataFrame(
        [("A", "x", 2.0), ("A", "y", 2.0), ("B", "x", 1.0), ("B", "y", 1.0)],
        columns=["place", "product", "value"],
    )
    assert complexity(equal).present.all()
    strict = complexity(equal, convention="stata")
    assert not strict.present.any()
    assert (strict.table()["reason"] == "No revealed advantage anywhere.").all()
    assert np.isnan(strict.coi).all()


def test_the_question_names_whose_formula_each_output_follows(rows):
    asked = complexity(rows, convention="r", diagonal=0.5).parameters
    assert asked["formulas"]["coi"].startswith("growthlab, as")
    assert asked["formulas"]["eci"].startswith("r:")
    assert (asked["diagonal"], asked["iterations"], asked["filter"]) == (0.5, 20, {})


def test_an_unfiltered_ranking_says_so_and_a_filtered_one_does_not(rows, found):
    assert "Nothing was filtered" in found.origin["notes"][0]
    assert "Nothing was filtered" in repr(found)
    assert "Nothing was filtered" in found._repr_html_()
    filtered = complexity(rows, filter={"min_diversity": 2})
    assert not any("Nothing was filtered" in note for note in filtered.notes)


# ---- what is left out


def test_what_is_left_out_has_its_row_with_a_reason_and_the_rest_is_as_without_it(rows, found):
    keep = [code for code in found.places.codes if code not in {"p0003", "p0011"}]
    filtered = complexity(rows, filter={"places": keep})
    inside = rows[rows["place"].isin(keep)]
    alone = complexity(inside)
    at = filtered.places.index(keep)
    np.testing.assert_array_equal(filtered.eci[at], alone.eci)
    np.testing.assert_array_equal(filtered.rca[at], alone.rca)
    table = filtered.table().set_index("place")
    assert len(table) == len(found.places)
    assert table.loc["p0003"].drop(["reason", "reason_zh"]).isna().all()
    assert table.loc["p0003", "reason"] == COMPLEXITY_REASONS["not asked for"][0]
    pairs = filtered.tables()["pairs"]
    assert len(pairs) == found.rca.size
    assert pairs[pairs["place"] == "p0011"][["rca", "density", "cog"]].isna().all(axis=None)


def test_each_rule_of_a_filter_has_its_reason(rows):
    by_rule = {
        "min_share": (0.01, "places", "small share"),
        "min_product_share": (0.01, "products", "small share"),
        "min_diversity": (8, "places", "few products"),
        "min_ubiquity": (8, "products", "few places"),
    }
    for rule, (least, table, reason) in by_rule.items():
        found = complexity(rows, filter={rule: least})
        left = found.tables()[table]
        left = left[left["reason"] == COMPLEXITY_REASONS[reason][0]]
        assert 0 < len(left) < 40, rule
        assert left.iloc[:, 1:4].isna().all(axis=None), rule


def test_a_core_is_stable_and_one_pass_need_not_be(rows):
    rule = {"min_diversity": 9, "min_ubiquity": 5}
    once, core = complexity(rows, filter=rule), complexity(rows, filter={**rule, "core": True})
    assert np.nanmin(core.diversity) >= 9
    assert np.nanmin(core.ubiquity) >= 5
    assert np.isnan(core.diversity).sum() > np.isnan(once.diversity).sum() > 0


def test_a_core_that_comes_out_empty_is_told_and_raises_nothing(rows):
    found = complexity(rows, filter={"min_diversity": 50, "core": True})
    assert np.isnan(found.eci).all()
    assert np.isnan(found.pci).all()
    assert found.table()["reason"].ne("").all()
    assert set(found.tables()["products"]["reason"]) == {
        COMPLEXITY_REASONS["empty after filter"][0]
    }


def test_a_filter_may_be_given_ready_made_and_unknown_codes_are_refused(rows):
    ready = PresenceFilter(min_share=0.01)
    assert_same(complexity(rows, filter=ready), complexity(rows, filter={"min_share": 0.01}))
    with pytest.raises(UnknownCodeError, match="p9999"):
        complexity(rows, filter={"places": ["p9999"]})
    assert PresenceFilter.of(None).idle
    assert not ready.idle


# ---- what comes back


def test_each_place_and_product_and_pair_of_the_input_has_its_row(found):
    tables = found.tables()
    assert set(tables["places"]["place"]) == set(found.places.codes)
    assert set(tables["products"]["product"]) == set(found.products.codes)
    assert not tables["pairs"].duplicated(["place", "product"]).any()
    assert len(tables["pairs"]) == found.rca.size


def test_rows_are_ranked_and_hold_the_numbers_of_the_arrays(found):
    tables = found.tables()
    assert tables["places"]["eci"].is_monotonic_decreasing
    assert tables["products"]["pci"].is_monotonic_decreasing
    pairs = tables["pairs"].set_index(["place", "product"])
    for c, place in enumerate(found.places.codes[::7]):
        for p, product in enumerate(found.products.codes[::7]):
            row = pairs.loc[place, product]
            assert row["rca"] == found.rca[7 * c, 7 * p]
            assert row["density"] == found.density[7 * c, 7 * p]
            assert row["cog"] == found.cog[7 * c, 7 * p]
    first = tables["pairs"].iloc[0]
    assert first["place"] == tables["places"]["place"][0]
    assert first["product"] == tables["products"]["product"][0]


def test_proximity_is_an_array_and_on_demand_a_table(found):
    table = found.proximity_table(least=0.5)
    assert (table["proximity"] >= 0.5).all()
    assert table["proximity"].is_monotonic_decreasing
    upper = np.triu(found.proximity, k=1)
    assert len(table) == (upper >= 0.5).sum()
    first = table.iloc[0]
    at = found.products.index([first["product"], first["other_product"]])
    assert found.proximity[at[0], at[1]] == first["proximity"]
    assert len(found.proximity_table()) == 60 * 59 // 2
    assert found.place_proximity.shape == (40, 40)


def test_names_of_products_are_those_of_the_input(found):
    assert found.names("product")["000001"] == "000001"
    assert found.names("eci") == {}


def test_parts_that_share_nothing_are_noted():
    two = made_exports(6, 8, seed=1), made_exports(5, 7, seed=2)
    whole = np.zeros((12, 16))
    whole[:6, :8], whole[6:-1, 8:-1] = two
    whole[-1, -1] = 1.0  # a place with a product of its own
    found = complexity(as_rows(whole))
    assert any("3 parts that share nothing" in note for note in found.notes)
    assert np.isnan([found.eci[-1], found.pci[-1], found.coi[-1]]).all()
    apart = found.table()["reason"].str.startswith("Places and products fall into parts")
    assert apart.sum() == 5
    for part, columns in ((slice(0, 6), slice(0, 8)), (slice(6, 11), slice(8, 15))):
        M = found.present[part, columns]
        K = second_eigenvectors(M).products
        outlook = outlook_index(density(M), M, K)
        np.testing.assert_allclose(found.coi[part], (outlook - outlook.mean()) / outlook.std())
        spread = second_eigenvectors(M).places.std()
        np.testing.assert_allclose(found.cog[part, columns], outlook_gain(M, K) / spread)


# ---- years


@pytest.fixture(scope="module")
def panel(rows):
    later = as_rows(made_exports(35, 50, seed=9))
    return pd.concat([rows.assign(year=2019), later.assign(year=2021)], ignore_index=True)


def test_each_year_of_a_panel_is_found_on_its_own(panel, found):
    years = complexity_years(panel)
    assert list(years.years) == [2019, 2021]
    assert_same(years[2019], found)
    assert_same(years[2021], complexity(as_rows(made_exports(35, 50, seed=9))))
    table = years.table()
    assert list(table.columns[:2]) == ["year", "place"]
    assert table.groupby("year").size().to_dict() == {2019: 40, 2021: 35}
    assert len(years.tables()["pairs_by_year"]) == 40 * 60 + 35 * 50
    assert years.parameters["years"]["2021"]["year"] == 2021
    assert isinstance(years, ComplexityYears)


def test_of_several_years_the_last_is_taken_and_told_or_the_one_that_is_named(panel, found):
    last = complexity(panel)
    assert last.year == 2021
    assert any("Of 2 years the last, 2021" in note for note in last.notes)
    assert_same(complexity(panel, year=2019), found)
    with pytest.raises(ParameterError, match="of 2019, 2021"):
        complexity(panel, year=2020)
    with pytest.raises(ParameterError, match="of 2019, 2021"):
        complexity_years(panel, years=[2020])
    with pytest.raises(ParameterError, match="one year or more"):
        complexity_years(panel, years=[])


def test_a_repeat_in_another_year_is_none_and_in_the_same_year_is_one(panel):
    again = pd.concat([panel, panel.iloc[[7]]], ignore_index=True)
    with pytest.raises(TableError, match="of row 9 again"):
        complexity_years(again)


# ---- regions by given complexity, and population


def test_regions_are_rated_by_given_complexity(rows, found):
    given = dict(zip(found.products.codes, found.pci.tolist(), strict=True))
    regions = made_exports(8, 60, seed=5)
    rated = complexity(as_rows(regions), given_pci=given)
    pci = (found.pci - found.pci.mean()) / found.pci.std()
    expected = [pci[row].mean() for row in rated.present]
    np.testing.assert_allclose(rated.eci, expected, atol=1e-12)
    assert any("given PCI" in note for note in rated.notes)
    assert np.isfinite(rated.coi).all()
    del given["000000"]
    part = complexity(as_rows(regions), given_pci=given)
    assert np.isnan(part.pci[0])
    assert (
        part.tables()["products"]["reason"].iloc[-1] == "No complexity was given for this product."
    )


def test_advantage_per_head_is_given_where_populations_are(rows, found):
    people = {code: 1.0 + i for i, code in enumerate(found.places.codes[:-1])}
    with_people = complexity(rows, population=people)
    assert_same(with_people, found)
    assert np.isnan(with_people.rpop[-1]).all()
    assert np.isfinite(with_people.rpop[:-1]).all()
    assert found.rpop is None
    either = complexity(rows, population=people, presence="both")
    per_head = complexity(rows, population=people, presence="rpop")
    np.testing.assert_array_equal(either.present, found.present | per_head.present)


# ---- opportunities


def test_opportunities_are_what_a_place_has_not_in_order_of_score(found):
    answer = opportunities(found, place="p0005")
    table = answer.table()
    absent = ~found.present[found.places.place["p0005"]]
    assert len(table) == absent.sum()
    assert table["score"].is_monotonic_decreasing
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    for name in ("density", "pci", "cog"):
        assert table[f"{name}_z"].mean() == pytest.approx(0.0, abs=1e-12)
        assert table[f"{name}_z"].std(ddof=0) == pytest.approx(1.0)
    score = 0.5 * table["density_z"] + 0.2 * table["pci_z"] + 0.3 * table["cog_z"]
    np.testing.assert_allclose(table["score"], score)
    assert (table["rca"] < 1.0).all()


def test_strategies_weigh_as_their_table_says_and_own_weights_are_taken(found, rows):
    assert opportunity_presets()["long jumps"] == {"density": 0.40, "pci": 0.25, "cog": 0.35}
    assert all(sum(w.values()) == pytest.approx(1.0) for w in opportunity_presets().values())
    near = opportunities(rows, place="p0005", preset="low-hanging fruit").table()
    far = opportunities(rows, place="p0005", preset="long jumps").table()
    assert near["product"].tolist() != far["product"].tolist()
    own = opportunities(found, place="p0005", weights={"pci": 1.0})
    assert own.table()["pci"].is_monotonic_decreasing
    assert own.parameters["preset"] == ""


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"place": "p9999"}, UnknownCodeError),
        ({"place": "p0005", "preset": "moonshot"}, ParameterError),
        ({"place": "p0005", "weights": {"eci": 1.0}}, ParameterError),
        ({"place": "p0005", "weights": {"pci": -1.0}}, ParameterError),
        ({"place": "p0005", "weights": {"pci": 0.0}}, ParameterError),
        ({"place": "p0005", "year": 2020}, ParameterError),
        ({"place": "p0005", "convention": "r"}, ParameterError),
    ],
)
def test_opportunities_refuse_what_they_do_not_know(found, asked, error):
    with pytest.raises(error):
        opportunities(found, **asked)


def test_a_place_that_was_left_out_has_no_opportunities(rows):
    found = complexity(rows, filter={"places": [f"p{i:04d}" for i in range(30)]})
    with pytest.raises(ParameterError, match="Left out: not among the codes"):
        opportunities(found, place="p0035")
