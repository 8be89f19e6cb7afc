"""The hand-worked case of two products: times, losses, prices, and the programmes word by word."""

from pathlib import Path

import highspy
import numpy as np
import pytest

from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.programme_text import programme_text
from random_makers import drawn
from toy_makers import two_products

HERE = Path(__file__).parent

A1, A2, B, F1, F2 = 2, 3, 4, 0, 1

TABLE = [
    ((A1,), 3.0, (0, 60, 180), "80t - 50 <= 40 + 50t"),
    ((A2,), 4.5, (0, 0, 60), "80t - 50 <= 40 + 60t"),
    ((B,), 2.5, (0, 300, 700), "40t - 20 <= 80"),
    ((F1,), 0.5, (300, 700, 1100), "40t <= 20"),
    ((F2,), 0.75, (100, 260, 420), "40t <= 30"),
    ((A1, A2), 1.125, (200, 760, 1320), "80t - 50 <= 40"),
]


@pytest.fixture(scope="module")
def programme():
    return OutageProgramme(two_products().maker.network)


@pytest.mark.parametrize(("down", "weeks", "losses", "why"), TABLE)
def test_times_to_survive_are_those_worked_by_hand(programme, down, weeks, losses, why):
    assert programme.time_to_survive(list(down)) == pytest.approx(weeks, rel=1e-12), why


@pytest.mark.parametrize(("down", "weeks", "losses", "why"), TABLE)
def test_losses_after_2_4_and_6_weeks_are_those_worked_by_hand(programme, down, weeks, losses, why):
    found = [programme.impact(list(down), t).loss for t in (2, 4, 6)]
    np.testing.assert_allclose(found, losses, atol=1e-9)


@pytest.mark.parametrize(("down", "weeks", "losses", "why"), TABLE)
def test_nothing_is_lost_at_the_time_to_survive_and_something_soon_after(
    programme, down, weeks, losses, why
):
    assert programme.impact(list(down), weeks).loss == pytest.approx(0.0, abs=1e-6)
    assert programme.impact(list(down), weeks * 1.01).loss > 1e-3


def test_which_product_is_lost_is_the_cheaper_user_of_the_part(programme):
    found = programme.impact([A1], 6.0)
    np.testing.assert_allclose(found.lost[:2], [0.0, 90.0])
    np.testing.assert_allclose(programme.impact([A1], 4.0).lost[:2], [0.0, 30.0])
    found = programme.impact([B], 6.0)
    np.testing.assert_allclose(found.lost[:2], [140.0, 0.0])
    # of a 80 + 210 - 40 = 250 are made, half at each, as planned
    np.testing.assert_allclose(found.made, [80.0, 210.0, 125.0, 125.0, 0.0])


def test_prices_are_the_margin_of_the_product_that_gives_way(programme):
    found = programme.impact([A1], 6.0)
    np.testing.assert_allclose(found.stock_value, [2.0, 2.0, 2.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(found.capacity_value, [0.0, 0.0, 12.0, 12.0, 0.0], atol=1e-9)
    assert not found.site_value.any()


def test_the_plan_holds_for_ever_with_nothing_down(programme):
    assert programme.base_weeks == np.inf
    assert programme.impact([], 1000.0).loss == 0.0


@pytest.mark.parametrize(("name", "weeks"), [("impact", 6.0), ("survive", None)])
def test_the_programme_reads_as_it_did(programme, name, weeks):
    kept = (HERE / f"two_products_{name}.lp").read_text(encoding="utf-8")
    assert programme_text(programme, [A1], weeks) == kept


def solved(text, folder):
    path = folder / "programme.lp"
    path.write_text(text, encoding="utf-8")
    solver = highspy.Highs()
    solver.silent()
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.run()
    return solver.getModelStatus(), solver.getInfo().objective_function_value


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[3])
def test_the_written_programme_has_the_same_answer(programme, row, tmp_path):
    down, weeks, losses, _ = row
    assert solved(programme_text(programme, list(down)), tmp_path)[1] == pytest.approx(weeks)
    text = programme_text(programme, list(down), 6.0)
    assert solved(text, tmp_path)[1] == pytest.approx(losses[2])


@pytest.mark.parametrize("seed", range(6))
def test_written_programmes_of_any_chain_have_the_same_answer(seed, tmp_path):
    programme = OutageProgramme(drawn(seed, sharing=0.9).maker.network)
    for down in ([seed % 5], [0, 3], []):
        status, weeks = solved(programme_text(programme, down), tmp_path)
        found = programme.time_to_survive(down)
        if np.isinf(found):
            assert status == highspy.HighsModelStatus.kUnbounded
        else:
            assert weeks == pytest.approx(found, rel=1e-6, abs=1e-6)
        least = solved(programme_text(programme, down, 12.5), tmp_path)[1]
        assert programme.impact(down, 12.5).loss == pytest.approx(least, rel=1e-6, abs=1e-5)
