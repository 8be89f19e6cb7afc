"""Whole cities rated on paper: each firm's group, mean, ratio, grade and level."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.methods.method_files import Method
from chainwright.carbon.ratings.reasons import REASONS
from rated_firms import by_hand

THEIRS, OURS = Method.named("zj-2021"), Method.named("zj-2021-loo")

PAPER = [  # class, net tCO2, value added 10^4 CNY: 5 in 1711, 2 in 1712, 1 in 1721, 2 elsewhere
    ("1711", 60.0, 100.0),
    ("1711", 120.0, 100.0),
    ("1711", 240.0, 200.0),
    ("1711", 30.0, 50.0),
    ("1711", 150.0, 50.0),
    ("1712", 100.0, 100.0),
    ("1712", 20.0, 100.0),
    ("1721", 280.0, 100.0),
    ("2611", 900.0, 100.0),
    ("3331", 10.0, 100.0),
]


def city():
    """Return the account of the city on paper: every month is what paper says, twelve times."""
    classes, net, added = zip(*PAPER, strict=True)
    return by_hand(classes, np.multiply(net, 12), np.multiply(added, 12))


# 1711: 600 / 500 = 1.2; 171: 720 / 700 (7 firms); 17: 1000 / 800 (8); C: 1910 / 1000 (10)

INCLUDED = [  # group, digits, peers, mean, K, grade, level
    ("1711", 4, 5, 1.2, 0.5, 1, 1),
    ("1711", 4, 5, 1.2, 1.0, 3, 2),
    ("1711", 4, 5, 1.2, 1.0, 3, 2),
    ("1711", 4, 5, 1.2, 0.5, 1, 1),
    ("1711", 4, 5, 1.2, 2.5, 5, 3),
    ("171", 3, 7, 720 / 700, 700 / 720, 3, 2),
    ("171", 3, 7, 720 / 700, 140 / 720, 1, 1),
    ("17", 2, 8, 1.25, 2.24, 5, 3),
    ("C", 1, 10, 1.91, 9 / 1.91, 5, 3),
    ("C", 1, 10, 1.91, 0.1 / 1.91, 1, 1),
]
EXCLUDED = [  # the same groups, each mean without the firm itself
    ("1711", 4, 5, 540 / 400, 0.6 / 1.35, 1, 1),
    ("1711", 4, 5, 480 / 400, 1.0, 3, 2),
    ("1711", 4, 5, 360 / 300, 1.0, 3, 2),
    ("1711", 4, 5, 570 / 450, 0.6 / (570 / 450), 1, 1),
    ("1711", 4, 5, 450 / 450, 3.0, 5, 3),
    ("171", 3, 7, 620 / 600, 600 / 620, 3, 2),
    ("171", 3, 7, 700 / 600, 0.2 * 600 / 700, 1, 1),
    ("17", 2, 8, 720 / 700, 2.8 * 700 / 720, 5, 3),
    ("C", 1, 10, 1010 / 900, 9 * 900 / 1010, 5, 3),
    ("C", 1, 10, 1900 / 900, 0.1 * 900 / 1900, 1, 1),
]
RATIOS = [  # the mean of the ratios 0.6, 1.2, 1.2, 0.6, 3.0 | 1.0, 0.2 | 2.8 | 9.0, 0.1
    ("1711", 4, 5, 6.6 / 5, 3 / 6.6, 1, 1),
    ("1711", 4, 5, 6.6 / 5, 6 / 6.6, 3, 2),
    ("1711", 4, 5, 6.6 / 5, 6 / 6.6, 3, 2),
    ("1711", 4, 5, 6.6 / 5, 3 / 6.6, 1, 1),
    ("1711", 4, 5, 6.6 / 5, 15 / 6.6, 5, 3),
    ("171", 3, 7, 7.8 / 7, 7 / 7.8, 3, 2),
    ("171", 3, 7, 7.8 / 7, 1.4 / 7.8, 1, 1),
    ("17", 2, 8, 10.6 / 8, 22.4 / 10.6, 5, 3),
    ("C", 1, 10, 1.97, 9 / 1.97, 5, 3),
    ("C", 1, 10, 1.97, 0.1 / 1.97, 1, 1),
]
RATIOS_WITHOUT = [  # the same without the firm itself
    ("1711", 4, 5, 6.0 / 4, 0.4, 1, 1),
    ("1711", 4, 5, 5.4 / 4, 4.8 / 5.4, 3, 2),
    ("1711", 4, 5, 5.4 / 4, 4.8 / 5.4, 3, 2),
    ("1711", 4, 5, 6.0 / 4, 0.4, 1, 1),
    ("1711", 4, 5, 3.6 / 4, 12 / 3.6, 5, 3),
    ("171", 3, 7, 6.8 / 6, 6 / 6.8, 3, 2),
    ("171", 3, 7, 7.6 / 6, 1.2 / 7.6, 1, 1),
    ("17", 2, 8, 7.8 / 7, 19.6 / 7.8, 5, 3),
    ("C", 1, 10, 10.7 / 9, 81 / 10.7, 5, 3),
    ("C", 1, 10, 19.6 / 9, 0.9 / 19.6, 1, 1),
]
METHODS = {
    "included": (THEIRS, INCLUDED),
    "excluded": (OURS, EXCLUDED),
    "ratios": (replace(THEIRS, mean="mean_of_ratios"), RATIOS),
    "ratios without": (replace(OURS, mean="mean_of_ratios"), RATIOS_WITHOUT),
}


@pytest.fixture(scope="module", params=METHODS)
def rated(request):
    """Return the city on paper rated by one of four methods, and what paper says."""
    method, expected = METHODS[request.param]
    return carbon.rate(city(), method=method), expected


@pytest.mark.parametrize("firm", range(len(PAPER)))
def test_each_firm_is_rated_as_on_paper(rated, firm):
    rating, expected = rated
    group, digits, peers, mean, ratio, grade, level = expected[firm]
    row = rating.row(f"f{firm}")
    assert (row["peer_class"], row["peer_digits"], row["peers"]) == (group, digits, peers)
    assert row["peer_mean"] == pytest.approx(mean, rel=1e-12)
    assert row["ratio"] == pytest.approx(ratio, rel=1e-12)
    assert (row["grade"], row["level"]) == (grade, level)
    assert row["intensity"] == pytest.approx(PAPER[firm][1] / PAPER[firm][2], rel=1e-12)
    assert row["reason"] == row["reason_en"] == row["reason_zh"] == ""


def test_the_table_of_means_has_each_group_once_with_its_firms(rated):
    rating, _ = rated
    table = rating.means.table()
    groups = table.set_index("peer_class")
    sums = {  # firms, net, value added
        "1711": (5, 600.0, 500.0),
        "1712": (2, 120.0, 200.0),
        "171": (7, 720.0, 700.0),
        "1721": (1, 280.0, 100.0),
        "172": (1, 280.0, 100.0),
        "17": (8, 1000.0, 800.0),
        "2611": (1, 900.0, 100.0),
        "26": (1, 900.0, 100.0),
        "3331": (1, 10.0, 100.0),
        "C": (10, 1910.0, 1000.0),
    }
    for group, (firms, net, added) in sums.items():
        row = groups.loc[group]
        assert row["firms"] == firms, group
        assert row["net"] == pytest.approx(12 * net, rel=1e-12), group
        assert row["value_added"] == pytest.approx(12 * added, rel=1e-12), group
    assert table["digits"].tolist() == sorted(table["digits"], reverse=True)
    assert set(table["month"]) == {"2026-10"}
    assert groups.index.is_unique


LEAST = [  # least peers, group and peers of each of the ten firms
    (1, ["1711"] * 5 + ["1712"] * 2 + ["1721", "2611", "3331"], [5] * 5 + [2] * 2 + [1] * 3),
    (2, ["1711"] * 5 + ["1712"] * 2 + ["17", "C", "C"], [5] * 5 + [2] * 2 + [8, 10, 10]),
    (3, ["1711"] * 5 + ["171"] * 2 + ["17", "C", "C"], [5] * 5 + [7] * 2 + [8, 10, 10]),
    (5, ["1711"] * 5 + ["171"] * 2 + ["17", "C", "C"], [5] * 5 + [7] * 2 + [8, 10, 10]),
    (6, ["171"] * 7 + ["17", "C", "C"], [7] * 7 + [8, 10, 10]),
    (8, ["17"] * 8 + ["C", "C"], [8] * 8 + [10, 10]),
    (9, ["C"] * 10, [10] * 10),
    (11, ["C"] * 10, [10] * 10),
]


@pytest.mark.parametrize(("least", "groups", "peers"), LEAST)
def test_the_least_number_of_peers_decides_the_group(least, groups, peers):
    rating = carbon.rate(city(), method=replace(THEIRS, least_peers=least))
    assert rating.peer_class[:, -1].tolist() == groups
    assert rating.peers[:, -1].tolist() == peers


EDGES = [  # a firm's tonnes for each hundred of value added, mean 1: grade and level
    (59, 1, 1),
    (60, 1, 1),
    (61, 2, 2),
    (80, 2, 2),
    (81, 3, 2),
    (120, 3, 2),
    (121, 4, 2),
    (200, 4, 2),
    (201, 5, 3),
]


@pytest.mark.parametrize(("net", "grade", "level"), EDGES)
def test_an_edge_belongs_to_the_better_grade_and_level_in_a_whole_rating(net, grade, level):
    others = [1200, 1200, 1200, (200 - net) * 12]
    rating = carbon.rate(by_hand(["3130"] * 5, [net * 12, *others], [1200] * 5))
    assert rating.mean[0, -1] == 1.0
    assert rating.K[0, -1] == net / 100
    assert (rating.grade[0, -1], rating.level[0, -1]) == (grade, level)


SILENT = [  # net, value added of one of six firms, its reason, peers of the others
    (nan, 100.0, "energy_missing", 5),
    (100.0, nan, "value_added_missing", 5),
    (nan, nan, "value_added_missing", 5),
    (100.0, 0.0, "value_added_not_positive", 5),
    (100.0, -1.0, "value_added_not_positive", 5),
    (nan, -1.0, "energy_missing", 5),
    (0.0, 100.0, "", 6),
    (-40.0, 100.0, "", 6),
]


@pytest.mark.parametrize(("net", "added", "reason", "peers"), SILENT)
def test_why_a_firm_is_not_rated_and_what_that_leaves_the_others(net, added, reason, peers):
    rating = carbon.rate(by_hand(["3130"] * 6, [net] + [100.0] * 5, [added] + [100.0] * 5))
    row = rating.row("f0")
    assert row["reason"] == reason
    said = next(r for r in REASONS if r.code == reason)
    assert (row["reason_en"], row["reason_zh"]) == (said.words_en, said.words_zh)
    assert rating.peers[1:, -1].tolist() == [peers] * 5
    assert rating.grade[0, -1] == (0 if reason else 1)
    assert rating.peer_class[0, -1] == ("" if reason else "3130")
    total = (net if peers == 6 else 0.0) + 500.0
    assert rating.mean[1, -1] == pytest.approx(total / (100.0 * peers), rel=1e-12)
    assert (row["grade"] is None) == (row["level"] is None) == (reason != "")


CHANCES = [  # ratio, half width, P(1) to P(5): the normal distribution read from a table
    (0.842, 0.07, (0.0, 0.07597, 0.92403, 0.0, 0.0)),
    (0.6, 0.0196, (0.5, 0.5, 0.0, 0.0, 0.0)),
    (2.0, 0.196, (0.0, 0.0, 0.0, 0.5, 0.5)),
    (1.0, 0.196, (0.0, 0.01283, 0.95304, 0.03414, 0.0)),
    (1.2, 0.392, (0.00026, 0.02105, 0.47869, 0.49468, 0.00532)),
    (0.3, 0.1, (1.0, 0.0, 0.0, 0.0, 0.0)),
    (5.0, 0.1, (0.0, 0.0, 0.0, 0.0, 1.0)),
    (0.7, 0.0, (0.0, 1.0, 0.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("ratio", "half", "chances"), CHANCES)
def test_the_probability_of_each_grade_is_that_of_the_table(ratio, half, chances):
    found = carbon.rate(
        by_hand(["3130"] * 2, [ratio, 2 - ratio], [1, 1], half_width=half)
        if ratio < 2
        else by_hand(["3130"] * 20, [ratio, *[(20 - ratio) / 19] * 19], [1] * 20, half_width=half)
    )
    assert found.K[0, -1] == pytest.approx(ratio, rel=1e-12)
    np.testing.assert_allclose(found.probability[0, -1], chances, atol=6e-6)
    assert found.probability[0, -1].sum() == pytest.approx(1.0, abs=1e-12)


METHOD_LENGTHS = [(1, 12), (2, 11), (6, 7), (12, 1)]


@pytest.mark.parametrize(("window", "rated_months"), METHOD_LENGTHS)
def test_a_window_of_n_months_rates_all_but_the_first_n_less_one(window, rated_months):
    held = by_hand(["3130"] * 5, [60, 80, 120, 200, 40], [100] * 5)
    rating = carbon.rate(held, method=replace(THEIRS, window_months=window))
    assert (rating.grade > 0).sum(axis=1).tolist() == [rated_months] * 5
    assert rating.K[0, -1] == pytest.approx(0.6, rel=1e-12)
    assert rating.net[0, -1] == pytest.approx(60 * window / 12, rel=1e-12)


VALID = [  # valid from, valid to, months of 2025-11 to 2026-10 that are rated (windows of one)
    ("2021-01", "", 12),
    ("2026-01", "", 10),
    ("2021-01", "2026-01", 3),
    ("2026-03", "2026-05", 3),
    ("2026-10", "2026-10", 1),
    ("2026-11", "", 0),
    ("2021-01", "2025-10", 0),
]


@pytest.mark.parametrize(("first", "last", "count"), VALID)
def test_a_method_rates_the_months_of_its_validity_alone(first, last, count):
    method = replace(THEIRS, window_months=1, valid_from=first, valid_to=last)
    rating = carbon.rate(by_hand(["3130"] * 5, [1.0] * 5, [1.0] * 5), method=method)
    codes = [REASONS[i].code for i in rating.reason[0]]
    assert codes.count("") == count
    assert codes.count("method_not_valid") == 12 - count


def test_a_firm_that_joins_later_counts_from_its_first_whole_window_on():
    held = by_hand(["3130"] * 6, [100.0] * 5 + [700.0], [100.0] * 6)
    net = held.net.copy()
    net[5, :4] = nan
    rating = carbon.rate(replace(held, net=net), method=replace(THEIRS, window_months=3))
    peers = [0, 0, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6]
    assert rating.peers[0].tolist() == peers
    assert rating.mean[0, 5] == pytest.approx(1.0)
    assert rating.mean[0, 6] == pytest.approx(2.0)
    assert rating.grade[0].tolist() == [0, 0, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1]
