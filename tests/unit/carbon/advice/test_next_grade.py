"""The grade after a bundle, beside ratings of changed readings."""

import numpy as np
import pytest

from advised_firms import coded, measures_of, town
from chainwright import carbon
from chainwright.errors import InfeasibleError, ParameterError, UnknownCodeError
from firm_reports import EF

HELD = measures_of(
    tenth={},
    gas={"kinds": "pipeline_gas", "saving_low": 0.3, "saving_high": 0.3, "cost_per": "GJ"},
    sun={"saving_low": 0.2, "saving_high": 0.2, "to_kind": "own_pv"},
    either={"one_of": "pair", "cost_low": 9e9, "cost_high": 9e9},
    other={"one_of": "pair", "cost_low": 9e9, "cost_high": 9e9},
    iron={"classes": "31"},
    coal={"kinds": "coal"},
)


def graded(system, chosen=None, method="zj-2021", measures=HELD, firm="A"):
    account = carbon.account(system)
    rating = carbon.rate(account, method=method)
    return carbon.next_grade(account, rating, firm, chosen, measures=measures)


@pytest.mark.parametrize("method", ["zj-2021", "zj-2021-loo"])
def test_the_code_after_a_bundle_is_that_of_the_changed_readings(method):
    found = graded(town(), ["tenth", "gas", "sun"], method)
    after = {"own_pv": 18.0, "pipeline_gas:natural_gas": 1.4}
    rated = carbon.rate(carbon.account(town(own=after, grid_electricity=72.0)), method=method)
    for name in ("L", "K", "mean"):
        whole = getattr(rated, name)[0, -1]
        assert getattr(found, name)[-1, 1] == pytest.approx(whole, rel=1e-10), name
    assert found.reached == rated.grade[0, -1]
    assert found.table()["neutrality"].iloc[-1] == pytest.approx(rated.R[0, -1])


def test_the_first_step_is_the_code_as_it_is():
    account, rating = coded(town())
    found = carbon.next_grade(account, rating, "A", [], measures=HELD)
    frame = found.table()
    assert len(frame) == 1
    assert frame["ratio"].iloc[0] == pytest.approx(rating.K[0, -1], rel=1e-12)
    assert frame["grade"].iloc[0] == rating.grade[0, -1] == found.now
    assert frame[["cut", "invest", "money_saved"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]
    assert frame["reason_en"].iloc[0] == f"grade {found.now} as it is"


def test_the_mean_of_the_peers_moves_with_the_firm_only_where_it_counts():
    included = graded(town(), ["tenth"])
    without = graded(town(), ["tenth"], "zj-2021-loo")
    assert included.mean[1, 1] < included.mean[0, 1]
    assert without.mean[1, 1] == pytest.approx(without.mean[0, 1])


@pytest.mark.parametrize("method", ["zj-2021", "zj-2021-loo"])
@pytest.mark.parametrize("used", [100.0, 400.0, 1500.0])
def test_the_target_is_where_the_better_grade_begins(method, used):
    found = graded(town(grid_electricity=used), [], method)
    if found.now == 1:
        assert np.isnan(found.target)
        return
    gas = found.bundle.net[0, 1] - 12 * used * EF
    for shift, better in ((1 - 1e-6, 1), (1 + 1e-6, 0)):
        power = (found.target * shift - gas) / 12 / EF
        rated = carbon.rate(carbon.account(town(grid_electricity=power)), method=method)
        assert rated.grade[0, -1] == found.now - better
    assert found.to_cut == pytest.approx(found.bundle.net[0, 1] - found.target)


def test_without_a_choice_measures_that_pay_are_taken_until_the_grade_is_better():
    system = town(grid_electricity=190.0)
    cheap = measures_of(
        first={"saving_low": 0.25, "saving_high": 0.25, "cost_low": 10, "cost_high": 10},
        second={"saving_low": 0.5, "saving_high": 0.5, "cost_low": 20, "cost_high": 20},
        third={"cost_low": 30, "cost_high": 30},
    )
    found = graded(system, measures=cheap)
    assert found.reached < found.now
    assert found.grade[-2, 1] == found.now  # the last one made the difference
    assert len(found.chosen) < 3
    frame = found.table()
    assert frame["still_to_cut"].iloc[-1] == 0.0
    assert frame["still_to_cut"].iloc[0] == pytest.approx(found.to_cut)
    assert frame["reason_en"].iloc[-1] == f"grade {found.reached}, better than {found.now}"
    assert "提升" in frame["reason_zh"].iloc[-1]


def test_where_no_measure_is_enough_all_that_pay_are_taken_one_of_each_group():
    found = graded(town(grid_electricity=4000.0), measures=HELD)
    assert found.reached == found.now
    assert len(found.chosen) == len(set(found.chosen))
    assert {"tenth", "gas", "sun"} <= set(found.chosen)
    assert not {"iron", "coal"} & set(found.chosen)
    assert len({"either", "other"} & set(found.chosen)) <= 1


def test_a_firm_of_grade_1_needs_nothing():
    found = graded(town(grid_electricity=1.0, own={"pipeline_gas:natural_gas": 0.1}))
    assert (found.now, found.chosen) == (1, ())
    assert np.isnan(found.to_cut)


def test_sums_run_from_step_to_step():
    frame = graded(town(), ["tenth", "sun"]).table()
    assert frame["step"].tolist() == [0, 1, 2]
    assert frame["measure"].tolist() == ["", "tenth", "sun"]
    assert frame["cut"].tolist() == pytest.approx([0, 120 * EF, 0.2 * 1080 * EF])
    assert frame["net"].diff().iloc[1:].tolist() == pytest.approx((-frame["cut"].iloc[1:]).tolist())
    assert frame["invest"].tolist() == pytest.approx([0, 120_000, 120_000 + 216_000])
    assert frame["gross"].iloc[1] == pytest.approx(frame["gross"].iloc[2])


def test_ranges_of_savings_give_a_range_of_grades():
    wide = measures_of(wide={"saving_low": 0.0, "saving_high": 0.9})
    frame = graded(town(grid_electricity=190.0), ["wide"], measures=wide).table()
    assert frame["grade_high"].iloc[1] < frame["grade_low"].iloc[1]
    assert frame["grade_high"].iloc[1] <= frame["grade"].iloc[1] <= frame["grade_low"].iloc[1]


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (["tenth", "tenth"], "each measure once"),
        (["either", "other"], "exclude each other"),
        (["iron"], "for the firm, which this one is not"),
        (["coal"], "for the firm, which this one is not"),
    ],
)
def test_bundles_that_make_no_sense_are_refused(chosen, message):
    with pytest.raises(ParameterError, match=message):
        graded(town(), chosen)


def test_an_unknown_measure_names_near_ones():
    with pytest.raises(UnknownCodeError, match="Did you mean tenth"):
        graded(town(), ["tent"])


def test_a_firm_that_is_not_rated_has_no_next_grade_and_the_reason_is_told():
    with pytest.raises(InfeasibleError, match="'A' is not rated in 2023-12"):
        graded(town(value_added=-5.0))
