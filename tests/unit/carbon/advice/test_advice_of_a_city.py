"""Advice for every firm of a made-up city."""

import numpy as np
import pytest

from advised_firms import coded
from chainwright import carbon
from chainwright.errors import InfeasibleError
from chainwright.system import System

NUMBERS = ("cut", "invest", "money_saved", "energy_saved", "cut_low", "cut_high")


@pytest.fixture(scope="module")
def city():
    return coded(System.demo("city", firms=25, months=13))


def test_every_firm_gets_an_answer_for_every_measure(city):
    account, rating = city
    ours = carbon.read_energy_measures()
    for firm in account.firms:
        frame = carbon.advise(account, rating, firm).table()
        assert sorted(frame["measure"]) == sorted(ours.names)
        held = frame[frame["applies"]]
        assert held[list(NUMBERS)].notna().all(axis=None)
        assert frame.loc[~frame["applies"], list(NUMBERS)].isna().all(axis=None)
        assert frame["applies"].is_monotonic_decreasing
        for_money = held.loc[held["reason"] == "applies", "cut_for_money"].to_numpy()
        assert (np.diff(for_money) <= 1e-9).all()
        assert (held.loc[held["reason"] == "applies", "payback"] > 0).all()


def test_each_rated_firm_has_a_next_grade_that_is_no_worse(city):
    account, rating = city
    rated = 0
    for i, firm in enumerate(account.firms):
        if rating.grade[i, -1] == 0:
            with pytest.raises(InfeasibleError, match="is not rated"):
                carbon.next_grade(account, rating, firm)
            continue
        rated += 1
        found = carbon.next_grade(account, rating, firm)
        assert found.now == rating.grade[i, -1]
        assert found.reached <= found.now
        assert found.K[0, 1] == pytest.approx(rating.K[i, -1], rel=1e-10)
        assert (np.diff(found.bundle.net[:, 1]) <= 1e-9 * abs(found.bundle.net[0, 1])).all()
        if found.reached < found.now:
            assert found.bundle.net[-1, 1] <= found.target * (1 + 1e-6)
    assert rated > 15
