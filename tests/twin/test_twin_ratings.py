"""Ratings from readings to grade, each step a second time by hand."""

import math
import sys

import numpy as np
import pytest

from account_twin import PlainAccount, totals
from chainwright import carbon
from drawn_city import city_of, drawn_city
from emission_factor_twin import HandFactors
from rating_twin import chances, place_in, rated

WORDS = ["", "too_early", "value_added_missing", "energy_missing", "value_added_not_positive",
         "no_class", "no_peers", "mean_not_positive", "method_not_valid"]  # fmt: skip
ZHEJIANG = ["330502", "330523"]


def numbers_of(plain, months):
    """Return net emission and value added of each firm over some months, and gross and A."""
    found = []
    for firm in plain.firms:
        one = totals([plain.parts(firm, month) for month in months])
        added = sum(plain.values[firm, "value_added", ""].get(month, math.nan) for month in months)
        found.append((one["net"], added, one["gross"], one["neutralised"]))
    return found


@pytest.mark.parametrize(("method", "own"), [("zj-2021", "included"), ("zj-2021-loo", "excluded")])
@pytest.mark.parametrize("seed", [20, 21])
def test_grades_of_drawn_cities_are_those_of_the_text_from_readings_on(method, own, seed):
    system, rows = drawn_city(seed, firms=14, months=14, gaps=0.0015, places=ZHEJIANG)
    plain = PlainAccount(system, rows, HandFactors("cn-industry"))
    rating = carbon.rate(carbon.account(system), method=method)
    codes = list(system.firms.table["gbt4754"])
    graded = 0
    for t, month in enumerate(plain.months):
        if t < 11:
            assert not rating.grade[:, t].any()
            continue
        numbers = numbers_of(plain, plain.months[t - 11 : t + 1])
        expected = rated(codes, [n[:2] for n in numbers], own=own)
        for i, firm in enumerate(plain.firms):
            row = rating.row(firm, month)
            if isinstance(expected[i], str):
                assert row["reason"] == expected[i], (firm, month)
                assert row["grade"] is None
                assert rating.grade[i, t] == 0
                continue
            graded += 1
            group = expected[i].pop("peer_class")
            said = {"peers": row["peers"],
                    "mean": row["peer_mean"], "L": row["intensity"], "K": row["ratio"],
                    "grade": row["grade"], "level": row["level"]}  # fmt: skip
            assert said == pytest.approx(expected[i], rel=1e-9), (firm, month)
            assert row["peer_class"] == group
            gross, neutralised = numbers[i][2:]
            share = min(max(neutralised / gross, 0.0), 1.0) if gross > 0 else math.nan
            assert rating.R[i, t] == pytest.approx(share, rel=1e-9, nan_ok=True)
    assert graded > 15


def year_of(firms):
    """Return a rating of firms by (class, net MWh a month, value added a month)."""
    months = [f"2025-{m:02d}" for m in range(1, 13)]
    rows = []
    for name, (_, power, added) in firms.items():
        for month in months:
            bought, sold = max(power, 0.0), max(-power, 0.0)
            rows.append((name, "grid_electricity", "", month, bought, "measured"))
            rows.append((name, "electricity_exported", "", month, sold, "measured"))
            rows.append((name, "value_added", "", month, added, "measured"))
    classes = [held[0] for held in firms.values()]
    return city_of(rows, list(firms), classes, ["330502"] * len(firms))


def ends(system, method="zj-2021"):
    """Return what the last month says of each firm."""
    rating = carbon.rate(carbon.account(system), method=method)
    return {firm: rating.row(firm) for firm in rating.firms}


@pytest.mark.parametrize("power", [0.0, -3.0])
def test_a_firm_without_emission_or_below_nought_has_the_best_grade(power):
    firms = {f"f{i}": ("1711", 10.0 + i, 20.0) for i in range(5)} | {"z": ("1711", power, 20.0)}
    row = ends(year_of(firms))["z"]
    ratio = power * 6 / (power + sum(10.0 + i for i in range(5)))  # all have like value added
    assert row["ratio"] == pytest.approx(ratio)
    assert (row["grade"], row["level"]) == (1, 1)
    assert row["neutrality"] is None


def test_a_firm_that_is_alone_is_its_own_yardstick_or_has_no_peers():
    system = year_of({"a": ("4411", 7.0, 3.0)})
    with_itself, without = ends(system)["a"], ends(system, "zj-2021-loo")["a"]
    assert (with_itself["ratio"], with_itself["grade"], with_itself["peers"]) == (1.0, 3, 1)
    assert without["grade"] is None
    assert without["reason"] == "no_peers"


def test_a_sector_that_sells_more_power_than_it_buys_has_no_mean():
    firms = {f"f{i}": ("1711", -5.0, 20.0) for i in range(5)} | {"z": ("1711", 1.0, 20.0)}
    assert {row["reason"] for row in ends(year_of(firms)).values()} == {"mean_not_positive"}


def test_value_added_of_nought_or_less_over_the_year_is_no_rating_and_no_peer():
    firms = {f"f{i}": ("1711", 10.0, 20.0) for i in range(5)}
    firms |= {"nought": ("1711", 10.0, 0.0), "less": ("1711", 10.0, -1.0)}
    found = ends(year_of(firms))
    assert {found[f]["reason"] for f in ("nought", "less")} == {"value_added_not_positive"}
    assert all(found[f"f{i}"]["peers"] == 5 for i in range(5))
    assert found["f0"]["ratio"] == pytest.approx(1.0)


def test_peers_are_taken_from_the_class_the_group_the_division_and_the_section_in_turn():
    firms = {f"a{i}": ("1711", 10.0, 20.0) for i in range(5)}
    firms |= {f"b{i}": ("1712", 20.0, 20.0) for i in range(4)}
    firms |= {"c": ("1751", 30.0, 20.0), "d": ("2614", 40.0, 20.0), "e": ("4411", 50.0, 20.0)}
    found = ends(year_of(firms))
    told = {f: (found[f]["peer_class"], found[f]["peers"]) for f in ("a0", "b0", "c", "d", "e")}
    assert told == {
        "a0": ("1711", 5),
        "b0": ("171", 9),
        "c": ("17", 10),
        "d": ("C", 11),
        "e": ("D", 1),
    }
    assert found["b0"]["ratio"] == pytest.approx(20.0 / (130.0 / 9))


def test_grades_just_at_and_just_above_their_bounds():
    for bound, grade in zip((0.6, 0.8, 1.2, 2.0), (1, 2, 3, 4), strict=True):
        assert place_in(bound, (0.6, 0.8, 1.2, 2.0)) == grade
        assert place_in(bound * (1 + sys.float_info.epsilon), (0.6, 0.8, 1.2, 2.0)) == grade + 1


def test_chances_of_grades_are_those_of_the_normal_law_and_of_draws():
    rng = np.random.default_rng(4)
    system, _ = drawn_city(22, firms=14, months=12, gaps=0.0, places=ZHEJIANG)
    rating = carbon.rate(carbon.account(system))
    compared = 0
    for i in np.flatnonzero(rating.grade[:, -1]).tolist():
        ratio, half = float(rating.K[i, -1]), float(rating.half_width[i, -1])
        found = rating.probability[i, -1]
        if not ratio > 0:
            assert np.isnan(found).all()
            continue
        compared += 1
        np.testing.assert_allclose(found, chances(ratio, half), atol=1e-12)
        assert found.sum() == pytest.approx(1.0, abs=1e-12)
        drawn = ratio * np.exp(rng.normal(0.0, half / 1.96, 20_000))
        grades = np.array([place_in(k, (0.6, 0.8, 1.2, 2.0)) for k in drawn.tolist()])
        for grade in range(1, 6):
            assert (grades == grade).mean() == pytest.approx(found[grade - 1], abs=0.015)
    assert compared >= 5
    assert chances(0.842, 0.07)[1:3] == pytest.approx([0.076, 0.924], abs=5e-4)
