"""Certificates of CBAM: the worked case, the tables, and everything that can be wrong."""

import io

import pandas as pd
import pytest

from chainwright.carbon.border.cbam_tables import CbamTables, country_code
from chainwright.carbon.border.certificates import cbam
from chainwright.errors import ParameterError, TableError, UnknownCodeError
from chainwright.params import table

OWN = CbamTables.own()
ALL = CbamTables.of_opencbam()


def goods(**columns):
    row = {"good": "billets", "cn_code": "72071111", "country": "TUR", "tonnes": 100.0}
    return pd.DataFrame([{**row, **columns}])


def only(asked, **question):
    held = question.pop("tables", OWN)
    return cbam(asked, **{"year": 2026, "tables": held, **question}).of_goods.iloc[0]


@pytest.mark.parametrize("held", [OWN, ALL], ids=["own", "opencbam"])
def test_the_worked_case_comes_out_to_the_cent(held):
    found = only(goods(), price=80.0, tables=held)
    assert found["default_value"] == 2.310
    assert found["specific"] == 2.541
    assert found["embedded"] == 254.100
    assert found["benchmark"] == 1.364
    assert found["free_specific"] == pytest.approx(1.3299, abs=1e-15)
    assert found["free"] == 132.990
    assert found["certificates"] == 121.110
    assert found["cost"] == 9688.80
    assert found["bound"] == "lower"


def test_nothing_is_due_where_free_allocation_and_price_paid_cover_it():
    found = only(goods(actual=0.05, route="C", paid=0.0))
    assert found["certificates"] == 0.0
    assert found["free"] > found["embedded"]


def test_what_was_paid_at_home_counts_by_the_price_of_certificates():
    without, with_paid = only(goods(), price=80.0), only(goods(paid=800.0), price=80.0)
    assert with_paid["credit"] == 10.0
    assert with_paid["certificates"] == pytest.approx(without["certificates"] - 10.0)
    assert with_paid["cost"] == pytest.approx(without["cost"] - 800.0)


def test_a_correction_below_one_asks_for_more_and_is_no_bound():
    free, cut = only(goods()), only(goods(), correction=0.9)
    assert cut["free"] == pytest.approx(0.9 * free["free"])
    assert cut["certificates"] > free["certificates"]
    assert (free["bound"], cut["bound"]) == ("lower", "")
    assert "lower bound" in free["reason_en"]
    assert "lower bound" not in cut["reason_en"]


@pytest.mark.parametrize(
    ("year", "remains"),
    [
        (2026, 0.975),
        (2027, 0.95),
        (2028, 0.9),
        (2029, 0.775),
        (2030, 0.515),
        (2031, 0.39),
        (2032, 0.265),
        (2033, 0.14),
        (2034, 0.0),
        (2040, 0.0),
    ],
)
def test_free_allocation_fades_year_by_year(year, remains):
    found = only(goods(), year=year)
    assert found["free_specific"] == pytest.approx(1.364 * remains, abs=1e-12)


def test_mark_ups_grow_and_stay_from_2028_on():
    marked = [only(goods(), year=year)["specific"] for year in (2026, 2027, 2028, 2029, 2035)]
    assert marked == [2.541, 2.772, 3.003, 3.003, 3.003]


@pytest.mark.parametrize(
    ("country", "code", "base"),
    [
        ("CHN", "72011011", 1.660),
        ("BRA", "72011011", 1.478),
        ("UKR", "72011011", 2.173),
        ("IND", "72081000", 4.280),
        ("UKR", "72081000", 2.483),
        ("TUR", "72081000", 2.428),
        ("JPN", "72081000", 2.100),
        ("BRA", "72081000", 1.620),
    ],
)
def test_default_values_stand_at_the_longest_heading(country, code, base):
    for held in (OWN, ALL):
        found = held.default(country, code)
        assert (found.country, found.cn_code, found.total) == (country, code[:4], base)


@pytest.mark.parametrize(("route", "value"), [("C", 1.364), ("D", 0.475), ("E", 0.066)])
def test_benchmarks_differ_by_route(route, value):
    assert OWN.benchmark("72071111", "B", route=route, year=2026).value == value
    assert ALL.benchmark("72071111", "B", route=route, year=2026).value == value
    assert not OWN.benchmark("72071111", "B", route=route, year=2026).highest


def test_a_heading_stands_for_the_codes_below_it_and_no_route_for_the_highest():
    assert OWN.benchmark("7201", "B", route="", year=2026).value == 1.210
    highest = OWN.benchmark("72071111", "B", route="", year=2026)
    assert (highest.value, highest.route, highest.highest) == (1.364, "C", True)


def test_some_benchmarks_change_in_2028():
    early = ALL.benchmarks.query("years == '1'").iloc[0]
    asked = (early["cn_code"], early["column"])
    found = [ALL.benchmark(*asked, route=early["route"], year=y).value for y in (2027, 2028)]
    late = ALL.benchmarks.query("years == '2'")
    same = (late["cn_code"] == asked[0]) & (late["column"] == asked[1])
    later = late[same & (late["route"] == early["route"])]["benchmark"].item()
    assert found == [early["benchmark"], later]


def test_a_dash_is_no_zero_but_the_value_of_countries_not_listed():
    found = only(goods(cn_code="72031000", country="TUR"))
    assert (found["value_country"], found["default_value"]) == ("OTHER", 1.325)
    assert found["specific"] == 1.458
    assert "countries not listed" in found["reason_en"]
    assert "未列出国家" in found["reason_zh"]


def test_a_country_that_is_not_listed_has_the_value_of_the_others():
    found = only(goods(country="Iceland"))
    assert (found["country"], found["value_country"]) == ("ISL", "OTHER")
    assert found["specific"] == 4.395


def test_actual_emissions_take_column_a_and_the_precursors():
    asked = goods(actual=0.9, route="E")
    rows = {"good": ["billets"], "precursor": ["sponge iron"], "cn_code": ["72031000"]}
    inputs = pd.DataFrame({**rows, "tonnes_per_tonne": [0.3], "basis": ["default"]})
    alone, whole = only(asked), only(asked, precursors=inputs)
    assert (alone["column"], alone["benchmark"]) == ("A", 0.065)
    assert alone["free_specific"] == pytest.approx(0.975 * 0.065)
    assert whole["free_specific"] == pytest.approx(0.975 * (0.065 + 0.3 * 0.397))
    assert whole["embedded"] == 90.0
    assert "no precursors" in alone["reason_en"]
    assert "no precursors" not in whole["reason_en"]
    assert (alone["bound"], whole["bound"]) == ("", "lower")  # precursors would add allocation
    assert "no bound" in alone["reason_en"]
    by_actual = inputs.assign(basis="actual")
    assert only(asked, precursors=by_actual)["free_specific"] == pytest.approx(
        0.975 * (0.065 + 0.3 * 0.295)
    )


def test_answers_are_sorted_and_carry_their_edition(tmp_path):
    both = pd.concat([goods(good="few", tonnes=1.0), goods(good="many")], ignore_index=True)
    found = cbam(both, year=2026, price=80.0, tables=OWN)
    assert found.table()["good"].tolist() == ["many", "few"]
    assert found.certificates == pytest.approx(1.01 * 121.110)
    assert found.parameters == {"year": 2026, "price": 80.0, "correction": None}
    assert "2025/2621" in found.origin["default values and benchmarks"]["version"]
    found.save(tmp_path / "cbam.csv")
    assert (tmp_path / "cbam.csv").read_text("utf-8").startswith("good,cn_code,country")


def faults(asked, **question):
    with pytest.raises(TableError) as refused:
        only(asked, **question)
    return [str(breach) for breach in refused.value.breaches]


def test_all_that_is_wrong_is_said_at_once():
    bad = pd.concat(
        [
            goods(good="a", cn_code="72 07", tonnes=-1.0),
            goods(good="b", country="Atlantis"),
            goods(good="c", paid=5.0),
        ],
        ignore_index=True,
    )
    said = faults(bad)
    assert len(said) == 4
    assert "4 to 8 digits" in said[0]
    assert "row 2, column 'tonnes'" in said[1]
    assert "Atlantis" in said[2]
    assert "price=80" in said[3]


def test_a_good_that_no_table_knows_is_named():
    said = faults(goods(cn_code="25070080"))
    assert "default value for 25070080" in said[0]
    assert "CbamTables.read" in said[0]


def test_actual_emissions_need_the_route_where_benchmarks_differ():
    said = faults(goods(actual=1.0))
    assert "production route" in said[0]
    assert "C, D, E" in said[0]


def test_a_route_that_a_code_has_not_is_refused():
    assert "production route" in faults(goods(route="Z"))[0]


def test_clinker_needs_its_grade():
    asked = goods(cn_code="25231000", country="Albania")
    assert "route of 25231000" in faults(asked, tables=ALL)[0]
    assert only(goods(cn_code="25231000", country="Albania", route="A"), tables=ALL)[
        "specific"
    ] == pytest.approx(0.957)


def test_a_dash_for_white_clinker_is_not_the_value_of_grey():
    found = only(goods(cn_code="25239000", country="Yemen", route="B"), tables=ALL)
    assert (found["value_country"], found["default_value"]) == ("OTHER", 1.49)
    grey = only(goods(cn_code="25239000", country="Yemen", route="A"), tables=ALL)
    assert (grey["value_country"], grey["default_value"]) == ("YEM", 1.27)


def test_precursors_of_goods_with_default_values_are_refused():
    rows = {"good": ["billets", "x"], "precursor": ["a", "b"], "cn_code": ["7203", "7203"]}
    inputs = pd.DataFrame({**rows, "tonnes_per_tonne": [0.3, -1.0], "basis": ["", "guess"]})
    said = " ".join(faults(goods(), precursors=inputs))
    assert "a good with actual emissions" in said
    assert "a good of the other table" in said
    assert "no negative amount" in said
    assert "default or actual" in said


@pytest.mark.parametrize(
    "question", [{"year": 2025}, {"price": 0.0}, {"price": -80.0}, {"correction": 1.1}]
)
def test_questions_out_of_range_are_refused(question):
    with pytest.raises(ParameterError):
        only(goods(), **question)


def test_users_may_give_tables_of_their_own():
    values = "country,cn_code,route,total,marked_2026,marked_2027,marked_2028\n"
    marks = "cn_code,column,benchmark\n72071111,B,1\n"
    held = CbamTables.read(
        pd.read_csv(io.StringIO(values + "TUR,7207,,2,2.2,2.4,2.6\n"), dtype={"cn_code": str}),
        pd.read_csv(io.StringIO(marks), dtype={"cn_code": str}),
    )
    found = only(goods(), tables=held)
    assert found["specific"] == 2.2
    assert found["certificates"] == pytest.approx(100 * (2.2 - 0.975))


def test_countries_are_known_by_code_and_by_the_names_of_the_regulation():
    assert {country_code(n) for n in ("TUR", "Türkiye", "tÜrkİye")} == {"TUR"}
    assert country_code("TR") == country_code("tr") == "TUR"
    assert country_code("Myanmar/Burma") == "MMR"
    assert country_code("Russia") == "RUS"
    with pytest.raises(UnknownCodeError):
        country_code("Turkiya")


def test_our_own_rows_are_those_of_the_package():
    for row in table("cbam_values"):
        rows = ALL.defaults[
            (ALL.defaults["country"] == row["country"])
            & (ALL.defaults["cn_code"] == row["cn_code"])
            & (ALL.defaults["route"] == row["route"])
        ]
        published = rows.iloc[0]
        for column in ("total", "marked_2026", "marked_2027", "marked_2028"):
            if row[column]:
                assert float(row[column]) == published[column]
            else:
                assert pd.isna(published[column])
    marks = ALL.benchmarks.set_index(["cn_code", "column", "route", "years"])["benchmark"]
    for row in table("cbam_benchmarks"):
        key = (row["cn_code"], row["column"], row["route"], row["years"])
        assert marks.loc[key] == float(row["benchmark"])
