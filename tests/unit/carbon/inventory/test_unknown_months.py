"""What is not known is never zero: missing readings, absent ones, windows, reasons."""

import numpy as np
import pytest

from chainwright import carbon
from chainwright.errors import LabelError, MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import System
from firm_reports import EF, every_month, one_month, reported


def notes(account):
    frame = account.tables()["account_notes"]
    return dict(zip(frame["note"], zip(frame["kind"], frame["months"], strict=True), strict=True))


def test_a_month_without_a_value_for_power_is_not_known():
    found = carbon.account(reported(*every_month("grid_electricity", [10.0, None, 30.0])))
    assert np.isnan(found.net[0]).tolist() == [False, True, False]
    assert np.isnan(found.electricity_market[0, 1])
    assert np.isnan(found.energy_tce[0, 1])
    assert notes(found)["unknown_amount"] == ("grid_electricity", 1)


def test_a_month_without_a_reading_of_power_is_not_known():
    rows = every_month("oil:diesel", [1.0, 1.0]) + every_month("grid_electricity", [10.0])
    found = carbon.account(reported(*rows))
    assert np.isnan(found.gross[0]).tolist() == [False, True]
    assert found.fuel[0, 1] > 0.0
    assert notes(found)["no_power"] == ("grid_electricity", 1)


def test_a_fuel_that_is_used_in_other_months_is_not_known_where_its_value_is_missing():
    rows = every_month("grid_electricity", [1.0, 1.0]) + every_month("oil:diesel", [2.0, None])
    found = carbon.account(reported(*rows))
    assert np.isnan(found.net[0]).tolist() == [False, True]
    assert np.isnan(found.fuel[0, 1])
    assert found.electricity[0, 1] == pytest.approx(EF)


def test_a_fuel_that_was_never_used_and_is_missing_counts_as_nothing_and_is_noted():
    rows = every_month("grid_electricity", [1.0, 1.0]) + every_month("coal:lignite", [0.0, None])
    found = carbon.account(reported(*rows))
    assert found.net[0].tolist() == pytest.approx([EF, EF])
    assert notes(found)["taken_as_none"] == ("coal", 1)
    assert found.missing[0, 1] == found.missing[0, 0] + 1


def test_a_kind_that_is_missing_without_an_item_counts_against_all_its_items():
    rows = every_month("grid_electricity", [1.0, 1.0]) + every_month("oil:diesel", [2.0])
    rows += every_month("oil", [None], first="2023-02")
    assert np.isnan(carbon.account(reported(*rows)).net[0]).tolist() == [False, True]


def test_what_is_not_reported_at_all_is_nothing():
    rows = every_month("grid_electricity", [1.0, 1.0]) + every_month("oil:diesel", [2.0])
    found = carbon.account(reported(*rows))
    assert found.fuel[0, 1] == 0.0
    assert found.net[0, 1] == pytest.approx(EF)
    assert notes(found) == {"no_value_added": ("value_added", 2), "absent": ("oil", 1)}


def test_what_is_of_a_year_or_never_used_may_be_absent_without_a_note():
    rows = every_month("grid_electricity", [1.0, 1.0, None]) + every_month("sinks", [2.0])
    rows += every_month("process_gases:n2o", [2.0]) + every_month("coke:coke", [0.0])
    assert "absent" not in notes(carbon.account(reported(*rows)))


def test_a_month_without_any_reading_is_not_said_to_count_as_nothing():
    rows = [r for r in every_month("oil:diesel", [1.0, 1.0, 1.0]) if not r[2].endswith("02")]
    rows += [r for r in every_month("grid_electricity", [1.0, 1.0, 1.0]) if r[2][-2:] != "02"]
    found = carbon.account(reported(*rows))
    assert np.isnan(found.net[0]).tolist() == [False, True, False]
    assert "absent" not in notes(found)


def test_green_power_counts_for_nothing_known_where_the_power_bought_is_not_known():
    rows = every_month("oil:diesel", [1.0, 1.0]) + every_month("green_power", [4.0, 4.0])
    rows += every_month("grid_electricity", [10.0])
    found = carbon.account(reported(*rows))
    assert found.neutralised[0, 0] == pytest.approx(4 * EF)
    assert np.isnan([found.green[0, 1], found.neutralised[0, 1]]).all()


def test_an_unknown_memo_leaves_the_total_known():
    rows = every_month("grid_electricity", [1.0, 1.0]) + every_month("biomass:wood", [2.0, None])
    found = carbon.account(reported(*rows))
    assert np.isnan(found.biogenic[0, 1])
    assert found.net[0].tolist() == pytest.approx([EF, EF])
    assert np.isfinite(found.half_width[0]).all()


def test_unknown_sinks_leave_gross_known_and_net_unknown():
    rows = every_month("grid_electricity", [10.0, 10.0]) + every_month("sinks", [1.0, None])
    found = carbon.account(reported(*rows))
    assert found.energy_tce[0].tolist() == pytest.approx([1.229, 1.229])
    assert found.gross[0].tolist() == pytest.approx([10 * EF, 10 * EF])
    assert np.isnan(found.net[0]).tolist() == [False, True]


def test_a_place_without_a_grid_factor_has_no_total_and_the_note_says_why():
    rows = [("grid_electricity", 5.0), ("oil:diesel", 1.0)]
    found = carbon.account(one_month(*rows, divisions={"A": "540100"}))
    assert np.isnan(found.net[0, 0])
    assert found.fuel[0, 0] > 3.0
    frame = found.tables()["account_notes"].set_index("note")
    assert "no grid factor is published for the place" in frame.loc["no_factor", "reason_en"]
    assert "未发布电网因子" in frame.loc["no_factor", "reason_zh"]


def test_nothing_of_what_has_no_factor_is_nothing():
    rows = [("grid_electricity", 0.0), ("oil:diesel", 1.0)]
    found = carbon.account(one_month(*rows, divisions={"A": "540100"}))
    assert found.net[0, 0] == found.fuel[0, 0] > 3.0


def test_windows_are_sums_and_not_known_until_complete():
    rows = every_month("grid_electricity", np.arange(1.0, 15.0).tolist())
    rows += every_month("value_added", [2.0] * 14)
    month = carbon.account(reported(*rows), factors=carbon.FactorSet.named("cn-industry"))
    year = month.rolling(12)
    assert np.isnan(year.net[0, :11]).all()
    assert year.net[0, 11] == pytest.approx(month.net[0, :12].sum())
    assert year.net[0, 13] == pytest.approx(month.net[0, 2:].sum())
    assert year.value_added[0, 11:].tolist() == [24.0] * 3
    assert year.window_months == 12
    assert year.firms == month.firms


def test_one_unknown_month_leaves_every_window_that_holds_it_unknown():
    rows = every_month("grid_electricity", [1.0] * 4 + [None] + [1.0] * 5)
    rows += every_month("value_added", [1.0] * 6)
    year = carbon.account(reported(*rows)).rolling(3)
    assert np.isfinite(year.net[0]).tolist() == [False] * 2 + [True] * 2 + [False] * 3 + [True] * 3
    assert np.isfinite(year.value_added[0]).tolist() == [False] * 2 + [True] * 4 + [False] * 4


def test_the_table_says_why_a_total_is_not_known():
    found = carbon.account(reported(*every_month("grid_electricity", [1.0, None, 1.0])))
    row = found.table().iloc[0]
    assert row["months_known"] == 2
    assert row["reason_en"] == (
        "the total is not known in 1 of 3 months; value added is missing in 3 of 3 months:"
        " see the notes"
    )
    assert "3 个月中有 1 个月总量未知" in row["reason_zh"]


def test_rolling_is_asked_of_an_account_by_month_and_of_whole_months():
    found = carbon.account(one_month(("grid_electricity", 1.0)))
    with pytest.raises(ParameterError, match="by month"):
        found.rolling(1).rolling(2).rolling(2)
    with pytest.raises(ParameterError, match="at least one month"):
        found.rolling(0)


def test_months_that_are_asked_for_are_those_of_the_account():
    system = reported(*every_month("grid_electricity", [1.0, 2.0, 3.0, 4.0]))
    found = carbon.account(system, months=("2023-02", "2023-03"))
    assert found.periods == ["2023-02", "2023-03"]
    assert found.net[0].tolist() == pytest.approx([2 * EF, 3 * EF])
    for months in (("2023-03", "2023-02"), ("spring", "2023-02"), ("2023-01",)):
        with pytest.raises(ParameterError, match="the first and the last month"):
            carbon.account(system, months=months)


def test_firms_that_the_register_lacks_are_refused():
    system = one_month(("grid_electricity", 1.0))
    other = one_month(("grid_electricity", 1.0), more=("B",)).firms
    wrong = reported(("Z", "grid_electricity", "2023-01", 1.0)).readings
    with pytest.raises(LabelError, match="Z: firms with readings that the table of firms lacks"):
        carbon.account(System(firms=other, readings=wrong))
    with pytest.raises(MissingPartError):
        carbon.account(System(readings=system.readings))
    with pytest.raises(MissingPartError):
        carbon.account(System(firms=other))


def test_unknown_sets_firms_and_months_are_named():
    system = one_month(("grid_electricity", 1.0))
    with pytest.raises(UnknownCodeError, match="cn-industry"):
        carbon.account(system, factors="cn-industri")
    found = carbon.account(system)
    with pytest.raises(UnknownCodeError):
        found.lines("B")
    with pytest.raises(UnknownCodeError):
        found.lines("A", "2024-01")


def test_readings_of_nothing_that_is_used_give_no_account():
    with pytest.raises(ParameterError, match="what a firm uses or earns"):
        carbon.account(reported(("A", "grid_factor:province", "2023-01", 0.5)))


@pytest.mark.parametrize(
    ("before", "now", "net"),
    [
        ("oil:diesel", "oil:diesel", np.nan),
        ("oil:diesel", "oil", np.nan),
        ("oil:petrol", "oil:diesel", EF),
        ("coal:lignite", "oil", EF),
    ],
)
def test_what_was_used_before_the_months_that_are_asked_for_is_known(before, now, net):
    rows = every_month("grid_electricity", [1.0, 1.0, 1.0]) + every_month(before, [2.0])
    rows += every_month(now, [None], first="2023-03")
    system = reported(*rows)
    found = carbon.account(system, months=("2023-02", "2023-03"))
    assert found.net[0].tolist() == pytest.approx([EF, net], nan_ok=True)
    assert carbon.account(system).net[0, 1:].tolist() == pytest.approx([EF, net], nan_ok=True)
