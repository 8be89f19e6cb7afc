"""Certificates worked out on paper, good by good: value, mark-up, benchmark, share, what is due."""

from decimal import Decimal

import pandas as pd
import pytest

from chainwright.carbon.border.cbam_tables import CbamTables, country_code
from chainwright.carbon.border.certificates import cbam
from chainwright.errors import ParameterError, TableError, UnknownCodeError

OWN = CbamTables.own()
SHARES = {
    2026: "0.975",
    2027: "0.95",
    2028: "0.9",
    2029: "0.775",
    2030: "0.515",
    2031: "0.39",
    2032: "0.265",
    2033: "0.14",
    2034: "0",
}


def asked(year, price=None, *, correction=None, precursors=None, **good):
    row = {"good": "g", "country": "TUR", "tonnes": 100.0, "route": "", **good}
    found = cbam(
        pd.DataFrame([row]),
        year=year,
        price=price,
        correction=correction,
        precursors=precursors,
        tables=OWN,
    )
    return found.of_goods.iloc[0]


CASES = [  # code, country, year, tonnes; value with mark-up, benchmark, certificates
    ("72071111", "TUR", 2026, 100.0, "2.541", "1.364", "121.11"),
    ("72071111", "TUR", 2027, 100.0, "2.772", "1.364", "147.62"),
    ("72071111", "TUR", 2028, 100.0, "3.003", "1.364", "177.54"),
    ("72071111", "TUR", 2029, 100.0, "3.003", "1.364", "194.59"),
    ("72071111", "TUR", 2034, 100.0, "3.003", "1.364", "300.3"),
    ("72071111", "TUR", 2050, 100.0, "3.003", "1.364", "300.3"),
    ("72071111", "CHN", 2026, 10.0, "3.486", "1.364", "21.561"),
    ("72071111", "IND", 2026, 1.0, "4.697", "1.364", "3.3671"),
    ("72081000", "CHN", 2026, 250.0, "3.506", "1.370", "542.5625"),
    ("72081000", "IND", 2030, 20.0, "5.564", "1.370", "97.169"),
    ("72081000", "JPN", 2028, 1000.0, "2.730", "1.370", "1497"),
    ("72081000", "BRA", 2026, 5.0, "1.782", "1.370", "2.23125"),
    ("72091500", "KOR", 2027, 40.0, "2.573", "1.458", "47.516"),
    ("72091500", "RUS", 2033, 10.0, "4.667", "1.458", "44.6288"),
    ("72011011", "CHN", 2026, 100.0, "1.826", "1.210", "64.625"),
    ("72011011", "UKR", 2026, 100.0, "2.390", "1.210", "121.025"),
    ("72011011", "BRA", 2028, 60.0, "1.921", "1.210", "49.92"),
    ("72031000", "IND", 2026, 12.0, "4.620", "0.397", "50.7951"),
    ("72031000", "TUR", 2026, 12.0, "1.458", "0.397", "12.8511"),
    ("72031000", "RUS", 2027, 3.0, "2.412", "0.397", "6.10455"),
    ("72071111", "ISL", 2026, 2.0, "4.395", "1.364", "6.1302"),
]


@pytest.mark.parametrize(
    ("code", "country", "year", "tonnes", "marked", "mark", "certificates"), CASES
)
def test_certificates_of_default_values(  # noqa: PLR0917 - the columns of the paper
    code, country, year, tonnes, marked, mark, certificates
):
    found = asked(year, 80.0, cn_code=code, country=country, tonnes=tonnes)
    assert found["specific"] == float(marked)
    assert found["benchmark"] == float(mark)
    share = Decimal(SHARES[min(year, 2034)])
    on_paper = (Decimal(marked) - share * Decimal(mark)) * Decimal(str(tonnes))
    assert on_paper == Decimal(certificates)
    assert found["certificates"] == float(certificates)
    assert found["cost"] == float(on_paper * 80)
    assert found["embedded"] == float(Decimal(marked) * Decimal(str(tonnes)))
    bound = "lower" if share else ""  # without free allocation no correction matters
    assert (found["basis"], found["column"], found["bound"]) == ("default", "B", bound)


ROUTES = [  # route of a slab with default value, benchmark, certificates of 100 t from Tuerkiye
    ("C", "1.364", "121.11"),
    ("D", "0.475", "207.7875"),
    ("E", "0.066", "247.665"),
    ("", "1.364", "121.11"),
]


@pytest.mark.parametrize(("route", "mark", "certificates"), ROUTES)
def test_the_route_decides_the_benchmark_and_not_the_value(route, mark, certificates):
    found = asked(2026, cn_code="72071111", route=route)
    assert found["specific"] == 2.541
    assert found["benchmark"] == float(mark)
    assert found["certificates"] == float(certificates)
    assert found["route"] == (route or "C")
    assert ("as said" in found["reason_en"]) == (route in {"D", "E"})
    assert ("按所给路线" in found["reason_zh"]) == (route in {"D", "E"})


ACTUAL = [  # code, actual t/t, route, year, paid EUR, price EUR; benchmark A, certificates, cost
    ("72071111", 2.0, "C", 2026, None, 80.0, "0.188", "181.67", "14533.6"),
    ("72071111", 0.5, "E", 2026, None, 80.0, "0.065", "43.6625", "3493"),
    ("72071111", 0.06, "E", 2026, None, 80.0, "0.065", "0", "0"),
    ("72071111", 0.5, "D", 2034, None, 75.0, "0.065", "50", "3750"),
    ("72071111", 2.0, "C", 2026, 800.0, 80.0, "0.188", "171.67", "13733.6"),
    ("72071111", 2.0, "C", 2026, 20000.0, 80.0, "0.188", "0", "0"),
    ("72011011", 1.5, "", 2026, None, 90.0, "1.089", "43.8225", "3944.025"),
    ("72031000", 1.0, "", 2028, 450.0, 90.0, "0.295", "68.45", "6160.5"),
    ("72081000", 2.1, "", 2026, None, 80.0, "0.044", "205.71", "16456.8"),
]


@pytest.mark.parametrize(
    ("code", "actual", "route", "year", "paid", "price", "mark", "certificates", "cost"), ACTUAL
)
def test_certificates_of_actual_emissions(  # noqa: PLR0917 - the columns of the paper
    code, actual, route, year, paid, price, mark, certificates, cost
):
    given = {} if paid is None else {"paid": paid}
    found = asked(year, price, cn_code=code, actual=actual, route=route, **given)
    assert found["benchmark"] == float(mark)
    assert found["certificates"] == pytest.approx(float(certificates), rel=1e-15)
    assert found["cost"] == pytest.approx(float(cost), rel=1e-15)
    assert found["credit"] == (paid or 0.0) / price
    assert (found["basis"], found["column"], found["value_country"]) == ("actual", "A", "")
    assert "actual emissions as given" in found["reason_en"]
    assert "按所给实际排放" in found["reason_zh"]


PRECURSORS = [  # code, route, basis, tonnes a tonne, free allocation a tonne of the good in 2026
    ("72031000", "", "default", 1.1, "0.4891575"),  # 0.975 * (0.065 + 1.1 * 0.397)
    ("72031000", "", "actual", 1.1, "0.3797625"),  # 0.975 * (0.065 + 1.1 * 0.295)
    ("72031000", "", "", 1.1, "0.4891575"),
    ("72011011", "", "default", 0.2, "0.299325"),  # 0.975 * (0.065 + 0.2 * 1.210)
    ("72011011", "", "actual", 0.2, "0.27573"),  # 0.975 * (0.065 + 0.2 * 1.089)
    ("72071111", "C", "default", 0.5, "0.728325"),  # 0.975 * (0.065 + 0.5 * 1.364)
    ("72071111", "", "default", 0.5, "0.728325"),  # the highest, where no route is said
    ("72031000", "", "default", 0.0, "0.063375"),
]


@pytest.mark.parametrize(("code", "route", "basis", "amount", "free"), PRECURSORS)
def test_precursors_bring_their_own_free_allocation(code, route, basis, amount, free):
    inputs = pd.DataFrame(
        {
            "good": ["g"],
            "precursor": ["p"],
            "cn_code": [code],
            "route": [route],
            "tonnes_per_tonne": [amount],
            "basis": [basis],
        }
    )
    found = asked(2026, cn_code="72071111", actual=1.0, route="E", precursors=inputs)
    assert found["free_specific"] == pytest.approx(float(free), rel=1e-15)
    assert found["certificates"] == pytest.approx(100 * (1 - float(free)), rel=1e-13)


CORRECTIONS = [(1.0, "121.11"), (0.9, "134.409"), (0.5, "187.605"), (0.01, "252.7701")]


@pytest.mark.parametrize(("correction", "certificates"), CORRECTIONS)
def test_a_correction_that_is_given_is_no_bound(correction, certificates):
    found = asked(2026, cn_code="72071111", correction=correction)
    assert found["certificates"] == pytest.approx(float(certificates), rel=1e-15)
    assert found["bound"] == ""
    assert "下界" not in found["reason_zh"]


@pytest.mark.parametrize("more", [{}, {"actual": 2.0, "route": "C"}, {"correction": 0.9}])
@pytest.mark.parametrize("year", [2034, 2040])
def test_without_free_allocation_nothing_is_a_bound(year, more):
    good = {"cn_code": "72071111", **{k: v for k, v in more.items() if k != "correction"}}
    found = asked(year, **good, correction=more.get("correction"))
    assert found["certificates"] == pytest.approx(100 * more.get("actual", 3.003), rel=1e-14)
    assert found["free"] == 0
    assert found["bound"] == ""
    assert "no free allocation is left in that year" in found["reason_en"]
    assert "该年已无免费配额" in found["reason_zh"]
    assert "bound" not in found["reason_en"]
    assert "benchmark" not in found["reason_en"]


AFTER = [(2030, False), (2031, True), (2033, True), (2034, False)]


@pytest.mark.parametrize(("year", "said"), AFTER)
def test_benchmarks_that_are_not_published_yet_are_said(year, said):
    found = asked(year, cn_code="72071111")
    assert ("benchmarks after 2030 are not published" in found["reason_en"]) == said
    assert ("2030 年以后的基准尚未公布" in found["reason_zh"]) == said


NAMES = [
    ("CHN", "CHN"),
    ("chn", "CHN"),
    ("China", "CHN"),
    (" China ", "CHN"),
    ("Türkiye", "TUR"),
    ("turkiye", "TUR"),
    ("Russia", "RUS"),
    ("South Korea", "KOR"),
    ("Viet Nam", "VNM"),
    ("Vietnam", "VNM"),
    ("Hong Kong", "HKG"),
    ("Taiwan", "TWN"),
    ("Côte d'Ivoire", "CIV"),
    ("Democratic Republic of the Congo", "COD"),
    ("Myanmar/Burma", "MMR"),
    ("Laos", "LAO"),
    ("Brunei", "BRN"),
    ("other", "OTHER"),
]


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_a_country_is_known_by_its_names(name, code):
    assert country_code(name) == code


@pytest.mark.parametrize("name", ["", "Atlantis", "CH N", "EU", "12"])
def test_what_is_no_country_is_refused(name):
    with pytest.raises(UnknownCodeError, match="country"):
        country_code(name)


WRONG = [  # what a row has, column of the breach, words of it
    ({"cn_code": "720"}, "cn_code", "4 to 8 digits"),
    ({"cn_code": "720711111"}, "cn_code", "4 to 8 digits"),
    ({"cn_code": "7207x"}, "cn_code", "4 to 8 digits"),
    ({"cn_code": "７２０７"}, "cn_code", "4 to 8 digits"),
    ({"tonnes": -1.0}, "tonnes", "no negative amount"),
    ({"actual": -0.1}, "actual", "no negative amount"),
    ({"paid": -5.0}, "paid", "no negative amount"),
    ({"paid": 5.0}, "paid", "a price beside it"),
    ({"country": "Narnia"}, "country", "Narnia"),
    ({"cn_code": "25232900"}, "cn_code", "which the table of our own lacks"),
    ({"actual": 1.0}, "cn_code", "production route of 72071111"),
    ({"route": "X"}, "cn_code", "production route of 72071111"),
]


@pytest.mark.parametrize(("change", "column", "words"), WRONG)
def test_a_row_that_is_wrong_is_named_with_its_column(change, column, words):
    with pytest.raises(TableError) as refused:
        asked(2026, **{"cn_code": "72071111", **change})
    (breach,) = refused.value.breaches
    assert breach.where == f"row 2, column '{column}'"
    assert words in str(breach)


QUESTIONS = [
    {"year": 2025},
    {"year": 2026.5},
    {"year": 2026, "price": 0.0},
    {"year": 2026, "price": float("inf")},
    {"year": 2026, "price": float("nan")},
    {"year": 2026, "correction": 0.0},
    {"year": 2026, "correction": 1.01},
    {"year": 2026, "correction": float("nan")},
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_out_of_range_is_refused_by_its_name(question):
    with pytest.raises(ParameterError) as refused:
        asked(**question, cn_code="72071111")
    assert refused.value.parameter == list(question)[-1]
