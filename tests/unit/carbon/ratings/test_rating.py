"""Ratings: means of peers, fall-back, one method in one ranking, reasons where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import carbon
from chainwright.carbon.methods.method_files import Method
from chainwright.carbon.ratings.reasons import REASONS
from chainwright.errors import (
    LabelError,
    MissingPartError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.tables import schema
from rated_firms import by_hand, plain_rating, windows

THEIRS, OURS = Method.named("zj-2021"), Method.named("zj-2021-loo")
STEEL = ["3110", "3120", "3130", "3140", "313"]


def last(rating, name):
    return getattr(rating, name)[:, -1].tolist()


def reasons(rating):
    return [REASONS[i].code for i in rating.reason[:, -1]]


@pytest.fixture
def five():
    """Return five firms of one class whose mean is 1 by hand."""
    return by_hand(["3130"] * 5, [60, 80, 120, 200, 40], [100] * 5)


def test_five_firms_of_one_class_are_rated_against_the_ratio_of_sums(five):
    rating = carbon.rate(five)
    assert rating.mean[:, -1] == pytest.approx([1.0] * 5, rel=1e-14)
    assert rating.K[:, -1] == pytest.approx([0.6, 0.8, 1.2, 2.0, 0.4], rel=1e-14)
    assert last(rating, "peers") == [5] * 5
    assert last(rating, "digits") == [4] * 5
    assert last(rating, "peer_class") == ["3130"] * 5


def test_the_mean_of_ratios_is_another_mean():
    held = by_hand(["3130"] * 2, [100, 10], [100, 100])
    uneven = replace(held, value_added=held.value_added * np.array([[1.0], [0.1]]))
    few = replace(THEIRS, least_peers=2)
    ratios = replace(few, mean="mean_of_ratios")
    assert carbon.rate(uneven, method=few).mean[0, -1] == pytest.approx(1.0, rel=1e-14)
    held = replace(uneven, net=uneven.net * np.array([[1.0], [5.0]]))
    assert carbon.rate(held, method=few).mean[0, -1] == pytest.approx(150 / 110, rel=1e-14)
    assert carbon.rate(held, method=ratios).mean[0, -1] == pytest.approx(3.0, rel=1e-14)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("own", ["included", "excluded"])
@pytest.mark.parametrize("mean", ["ratio_of_sums", "mean_of_ratios"])
def test_it_is_the_plain_rating_done_one_firm_after_the_other(seed, own, mean):
    rng = np.random.default_rng(seed)
    pool = ["3110", "3120", "3130", "1711", "1712", "1721", "311", "26", "4411", ""]
    codes = rng.choice(pool, 40).tolist()
    net, added = rng.lognormal(3, 1, 40), rng.lognormal(4, 1, 40)
    net[rng.random(40) < 0.1] = np.nan
    added[rng.random(40) < 0.1] *= -1.0
    method = replace(THEIRS, own=own, mean=mean)
    rating = carbon.rate(by_hand(codes, net, added), method=method)
    plain = plain_rating(codes, net, added, method)
    assert last(rating, "peer_class") == [row[0] for row in plain]
    assert last(rating, "peers") == [row[1] for row in plain]
    assert last(rating, "grade") == [row[4] for row in plain]
    for name, column in (("mean", 2), ("K", 3)):
        expected = [np.nan if row[column] is None else row[column] for row in plain]
        assert getattr(rating, name)[:, -1] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_a_firm_alone_is_its_own_yardstick_under_the_documented_method():
    rating = carbon.rate(by_hand(["3130"], [500], [10]))
    assert last(rating, "K") == [1.0]
    assert last(rating, "grade") == [3]
    assert (last(rating, "digits"), last(rating, "peers")) == ([1], [1])


def test_a_firm_alone_is_not_rated_where_it_is_left_out_of_the_mean():
    rating = carbon.rate(by_hand(["3130"], [500], [10]), method="zj-2021-loo")
    assert last(rating, "grade") == [0]
    assert reasons(rating) == ["no_peers"]
    assert np.isnan(last(rating, "K")).all()


def test_a_firm_alone_in_its_class_falls_back_where_it_is_left_out():
    alone = replace(OURS, least_peers=1)
    held = by_hand(["3130", "3110", "3110"], [300, 100, 100], [100, 100, 100])
    rating = carbon.rate(held, method=alone)
    assert last(rating, "digits") == [2, 4, 4]
    assert rating.K[0, -1] == pytest.approx(3.0, rel=1e-14)
    assert carbon.rate(held, method=replace(THEIRS, least_peers=1)).grade[0, -1] == 3


@pytest.mark.parametrize(
    ("classes", "digits", "group", "peers"),
    [
        (["3110"] * 5, 4, "3110", 5),
        (["1711", "1711", "1711", "1711", "1712"], 3, "171", 5),
        (["1711", "1711", "1713", "1721", "1751"], 2, "17", 5),
        (["1711", "1811", "3130", "3311", "3811"], 1, "C", 5),
        (["1711", "1811", "3130", "3311"], 1, "C", 4),
    ],
)
def test_groups_widen_step_by_step_and_the_group_is_told(classes, digits, group, peers):
    rating = carbon.rate(by_hand(classes, [100] * len(classes), [100] * len(classes)))
    assert rating.digits[0, -1] == digits
    assert rating.peer_class[0, -1] == group
    assert rating.peers[0, -1] == peers
    row = rating.row("f0")
    assert (row["peer_class"], row["peer_digits"], row["peers"]) == (group, digits, peers)


def test_only_firms_that_can_be_rated_count_as_peers():
    added = [100, 100, 100, 100, -5, 0]
    rating = carbon.rate(by_hand(["3130"] * 6, [100] * 6, added))
    assert last(rating, "digits") == [1] * 4 + [0] * 2
    assert last(rating, "peers") == [4] * 4 + [0] * 2
    assert rating.mean[0, -1] == pytest.approx(1.0)


@pytest.mark.parametrize("added", [-20.0, 0.0])
def test_without_value_added_above_zero_there_is_no_grade_but_a_reason(added):
    rating = carbon.rate(by_hand(["3130"] * 6, [100] * 6, [100] * 5 + [added]))
    assert reasons(rating)[-1] == "value_added_not_positive"
    assert (rating.grade[5, -1], rating.level[5, -1]) == (0, 0)
    for name in ("L", "K", "mean"):
        assert np.isnan(getattr(rating, name)[5, -1])
    assert np.isnan(rating.probability[5, -1]).all()
    assert rating.net[5, -1] == pytest.approx(100)  # what is known is still told
    row = rating.row("f5")
    assert (row["grade"], row["ratio"], row["level"]) == (None, None, None)
    assert "zero or less" in row["reason_en"]
    assert "增加值" in row["reason_zh"]


def test_every_reason_has_words_in_both_languages_and_a_place_of_its_own():
    assert REASONS[0] == ("", "", "")
    assert len({reason.code for reason in REASONS}) == len(REASONS)
    assert all(r.words_en and r.words_zh and r.words_en != r.words_zh for r in REASONS[1:])


def test_a_missing_month_is_not_zero(five):
    net, added = five.net.copy(), five.value_added.copy()
    net[0, 3] = np.nan
    added[1, 11] = np.nan
    rating = carbon.rate(replace(five, net=net, value_added=added))
    assert reasons(rating)[:2] == ["energy_missing", "value_added_missing"]
    assert last(rating, "peers") == [0, 0, 3, 3, 3]


def test_windows_are_of_twelve_months_and_the_first_are_too_early(five):
    rating = carbon.rate(five)
    assert five.asked == [12]
    assert [REASONS[i].code for i in rating.reason[0]] == ["too_early"] * 11 + [""]
    assert rating.periods[-1] == "2026-10"


def test_another_window_is_the_method_s_own(five):
    rating = carbon.rate(five, method=replace(THEIRS, window_months=3))
    assert [REASONS[i].code for i in rating.reason[0]] == ["too_early"] * 2 + [""] * 10
    assert rating.net[0] == pytest.approx(windows(five.net, 3)[0], nan_ok=True)


def test_firms_without_a_class_have_no_peers():
    rating = carbon.rate(by_hand(["3130", "", "3130"], [1, 1, 1], [1, 1, 1]))
    assert reasons(rating) == ["", "no_class", ""]


def test_a_city_of_firms_without_a_class_is_not_rated():
    assert reasons(carbon.rate(by_hand(["", ""], [1, 1], [1, 1]))) == ["no_class"] * 2


def test_the_first_of_several_classes_counts_and_short_codes_start_wider():
    held = by_hand(["3130;1711", "31", "311"], [1, 1, 1], [1, 1, 1])
    rating = carbon.rate(held, method=replace(THEIRS, least_peers=2))
    assert last(rating, "peer_class") == ["31", "31", "31"]


def test_peers_whose_mean_is_not_above_zero_are_no_yardstick():
    rating = carbon.rate(by_hand(["3130"] * 5, [10, -50, 10, 10, 10], [100] * 5))
    assert reasons(rating) == ["mean_not_positive"] * 5
    assert last(rating, "grade") == [0] * 5


def test_a_firm_with_less_than_nothing_has_the_best_grade_and_no_probability():
    rating = carbon.rate(by_hand(["3130"] * 5, [-10, 50, 50, 50, 50], [100] * 5))
    assert last(rating, "grade")[0] == 1
    assert rating.K[0, -1] < 0
    assert np.isnan(rating.probability[0, -1]).all()
    assert rating.probability[1:, -1].sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("net", "own", "share"), [(75, 25, 0.25), (-20, 120, 1.0), (100, 0, 0.0), (110, -10, 0.0)]
)
def test_the_share_neutralised_stays_between_nothing_and_all(net, own, share):
    rating = carbon.rate(by_hand(["3130"], [net], [100], neutralised=own))
    assert rating.R[0, -1] == pytest.approx(share, abs=1e-15)


def test_without_a_gross_emission_there_is_no_share_neutralised():
    rating = carbon.rate(by_hand(["3130"], [-5], [100], neutralised=5))
    assert np.isnan(rating.R[0, -1])


def test_levels_come_from_the_intensity_itself():
    net = [72, 84, 240, 252]  # a twelfth of each is a whole number
    rating = carbon.rate(by_hand(["3130"] * 4, net, [120] * 4))
    assert last(rating, "level") == [1, 2, 2, 3]


def test_the_method_must_be_valid_in_the_month(five):
    ended = replace(THEIRS, valid_to="2026-09")
    assert set(reasons(carbon.rate(five, method=ended))) == {"method_not_valid"}
    assert set(reasons(carbon.rate(five, method=replace(THEIRS, valid_to="2026-10")))) == {""}
    early = replace(THEIRS, valid_from="2026-11")
    assert set(reasons(carbon.rate(five, method=early))) == {"method_not_valid"}


def test_a_single_firm_is_rated_against_given_means_as_in_its_city():
    rng = np.random.default_rng(5)
    codes = rng.choice(STEEL, 30).tolist()
    net, added = rng.lognormal(3, 1, 30), rng.lognormal(4, 1, 30)
    for method in (THEIRS, OURS, replace(OURS, mean="mean_of_ratios")):
        city = carbon.rate(by_hand(codes, net, added), method=method)
        for i in (0, 7, 29):
            held = by_hand(codes, net, added)
            one = _only(held, i)
            alone = carbon.rate(one, method=method, means=city.means)
            for name in ("K", "mean", "grade", "peers", "digits", "peer_class", "reason"):
                found, expected = getattr(alone, name)[0], getattr(city, name)[i]
                assert np.array_equal(found, expected, equal_nan=found.dtype.kind == "f"), name


def _only(held, i):
    """Return the account of one firm of several."""
    names = ("net", "value_added", "gross", "neutralised", "half_width")
    parts = {name: getattr(held, name)[i : i + 1] for name in names}
    frame = held.system.firms.table.iloc[[i]].reset_index(drop=True)
    firms = type(held.system.firms).of_table(frame)
    return replace(held, system=held.system.with_parts(firms=firms), **parts)


def test_a_firm_whose_numbers_changed_moves_the_mean_that_includes_it(five):
    city = carbon.rate(five)
    one = _only(five, 0)
    worse = replace(one, net=one.net * 2)
    assert carbon.rate(worse, means=city.means).mean[0, -1] == pytest.approx(560 / 500, rel=1e-12)
    ours = carbon.rate(five, method="zj-2021-loo")
    found = carbon.rate(worse, method="zj-2021-loo", means=ours.means)
    assert found.mean[0, -1] == pytest.approx(440 / 400, rel=1e-12)


def test_a_firm_that_the_city_does_not_know_joins_its_peers(five):
    newcomer = by_hand(["1711", "3130"], [1, 100], [1, 100])
    means = carbon.rate(five).means
    rating = carbon.rate(newcomer, means=replace(means, firms=("a", "b", "c", "d", "e")))
    assert rating.peers[1, -1] == 6
    assert rating.mean[1, -1] == pytest.approx(600 / 600)
    assert rating.digits[0, -1] == 1  # nobody else is of its division


def test_two_methods_never_meet_in_one_ranking(five):
    means = carbon.rate(five).means
    with pytest.raises(ParameterError, match="one ranking has one method"):
        carbon.rate(five, method="zj-2021-loo", means=means)
    with pytest.raises(ParameterError, match="one method"):
        carbon.rate(five, method=replace(THEIRS, least_peers=4), means=means)


def test_means_that_lack_a_month_are_refused(five):
    means = carbon.rate(five, months=["2026-09"]).means
    with pytest.raises(LabelError, match="2026-10"):
        carbon.rate(five, months=["2026-09", "2026-10"], means=means)


def test_some_months_alone_can_be_asked_for(five):
    rating = carbon.rate(five, months=["2026-10", "2026-09"])
    assert rating.periods == ("2026-09", "2026-10")
    assert last(rating, "K") == last(carbon.rate(five), "K")
    with pytest.raises(ParameterError, match="2025-11 to 2026-10"):
        carbon.rate(five, months=["2027-01"])
    with pytest.raises(ParameterError, match="months"):
        carbon.rate(five, months=[])


def test_a_method_is_named_read_or_given(five, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("id = 'x'", "utf-8")
    assert carbon.rate(five, method=OURS).method is OURS
    with pytest.raises(TableError, match=r"bad\.toml"):
        carbon.rate(five, method=str(path))
    with pytest.raises(MissingPartError, match="not public"):
        carbon.rate(five, method="db33-1347-2023")
    with pytest.raises(UnknownCodeError):
        carbon.rate(five, method="zj")


def test_the_table_has_the_last_month_and_the_least_efficient_firm_first(five):
    rating = carbon.rate(five, months=["2026-09", "2026-10"])
    frame = rating.table()
    assert list(frame.columns) == [c.column for c in schema("carbon_codes")]
    assert list(frame["month"]) == ["2026-10"] * 5 + ["2026-09"] * 5
    assert list(frame["firm"][:5]) == ["f3", "f2", "f1", "f0", "f4"]
    assert list(frame["grade"][:5]) == [4, 3, 2, 1, 1]
    assert frame["grade"][5:].isna().all()
    assert set(frame["certainty"]) == {"secondary"}
    assert (frame[["measured", "estimated", "missing"]].sum(axis=1) == 39).all()


def test_means_are_a_table_too(five):
    frame = carbon.rate(five).tables()["carbon_sector_means"]
    assert list(frame["peer_class"]) == ["3130", "313", "31", "C"]
    assert list(frame["digits"]) == [4, 3, 2, 1]
    assert frame["mean"].to_numpy() == pytest.approx(1.0)
    assert set(frame["month"]) == {"2026-10"}


def test_rows_of_a_firm_are_found_by_code_and_month(five):
    rating = carbon.rate(five)
    assert rating.row("f3")["grade"] == 4
    assert rating.row("f3", "2026-09")["reason"] == "too_early"
    with pytest.raises(UnknownCodeError, match="f9"):
        rating.row("f9")
    with pytest.raises(ParameterError, match="2025-11 to 2026-10"):
        rating.row("f3", "2030-01")


def test_names_of_firms_are_in_both_languages(five):
    rating = carbon.rate(five)
    assert rating.names("firm")["f1"] == "Firm 1"
    assert rating.names("firm", "zh")["f1"] == "企业1"
    assert rating.names("grade") == {}


def test_the_probability_is_that_of_the_firm_s_own_error():
    held = by_hand(["3130"] * 5, [84.2, 100, 100, 100, 115.8], [100] * 5, half_width=0.07)
    rating = carbon.rate(held)
    assert rating.probability[0, -1, 1:3] == pytest.approx([0.076, 0.924], abs=5e-4)
    assert rating.row("f0")["probability_3"] == pytest.approx(0.924, abs=5e-4)


def test_a_method_with_four_grades_leaves_the_fifth_improbable(five):
    four = replace(THEIRS, grade_bounds=(0.6, 0.8, 1.2), colours=THEIRS.colours[:4])
    rating = carbon.rate(five, method=four)
    assert last(rating, "grade") == [1, 2, 3, 4, 1]
    assert (rating.probability[:, -1, 4] == 0).all()
    assert rating.probability[:, -1].sum(axis=1) == pytest.approx(1.0)
