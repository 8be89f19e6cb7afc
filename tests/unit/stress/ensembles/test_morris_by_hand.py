"""Elementary effects worked out by hand: walk by walk, from runs of one's own."""

import numpy as np
import pytest

from chainwright import stress
from chainwright.stress import Blow, InventoryModel, Shock, UncertainInput, Uncertainty
from chainwright.stress.ensembles.sensitivity import elementary_effects, morris_shares
from ensemble_twin import distribution, question
from worlds import world

SYSTEM = world(3)
MODEL = InventoryModel(stock_days=5.0, restoration_days=8.0)
SHOCK = Shock(
    (
        Blow("capacity", regions="R0", share=0.5, days=6, start_day=1),
        Blow("supply_cut", regions="R1", products="s1", share=0.9, days=9, start_day=3),
    )
)
SIZE = UncertainInput(input="size_factor", form="range", low=0.4, high=1.0, blow=1)
LONG = UncertainInput(input="length_factor", form="triangular", low=0.5, mode=1.0, high=1.5)
PSI = UncertainInput(input="psi", form="normal", mean=0.8, sd=0.1, low=0.6, high=1.0)
INPUTS = (SIZE, LONG, PSI)
EDGES = [(0.0, 1.0)] * 3


def by_hand(shares, answers, levels=4):
    """Return the effects of each input, one a walk: the change over the step, of all inputs."""
    count = shares.shape[1]
    effects = np.zeros((len(shares) // (count + 1), count))
    for walk, (points, told) in enumerate(
        zip(
            shares.reshape(-1, count + 1, count), answers.reshape(-1, count + 1), strict=True
        )
    ):  # fmt: skip
        for a in range(count):
            (j,) = np.flatnonzero(points[a + 1] != points[a])
            step = points[a + 1, j] - points[a, j]
            assert abs(step) == pytest.approx(levels / (2.0 * (levels - 1)))
            effects[walk, j] = (told[a + 1] - told[a]) / step
    return effects


@pytest.fixture(scope="module")
def found():
    return stress.sensitivity(
        SYSTEM, SHOCK, uncertain=Uncertainty(INPUTS), trajectories=4, days=18, model=MODEL, seed=3,
        measure="value_added",
    )  # fmt: skip


def test_effects_are_those_of_single_runs_by_hand(found):
    shares = morris_shares(EDGES, trajectories=4, seed=3)
    answers = []
    for point in shares:
        values = [float(distribution(i).ppf(u)) for i, u in zip(INPUTS, point, strict=True)]
        shock, model = question(SHOCK, MODEL, INPUTS, values)
        run = stress.run(SYSTEM, shock, days=18, model=model)
        answers.append(run.table()["value_added_lost"].iloc[0])
    np.testing.assert_allclose(found.answers, answers, rtol=1e-8)
    effects = by_hand(shares, np.array(answers))
    table = found.table().set_index("input")
    for j, one in enumerate(INPUTS):
        row = table.loc[one.input]
        scale = np.abs(effects).max()
        assert row["mu"] == pytest.approx(effects[:, j].mean(), abs=1e-7 * scale)
        assert row["mu_star"] == pytest.approx(np.abs(effects[:, j]).mean(), abs=1e-7 * scale)
        assert row["sigma"] == pytest.approx(effects[:, j].std(ddof=1), abs=1e-7 * scale)
        assert row["share"] == pytest.approx(
            np.abs(effects[:, j]).mean() / np.abs(effects).mean(axis=0).sum(), abs=1e-7
        )
        assert (row["unit"], row["source"], row["assumed"]) == (one.unit, "assumption", True)
    assert table["mu_star"].is_monotonic_decreasing
    assert table["blow"].to_dict()["size_factor"] == 1


def test_trials_list_every_value_beside_what_the_run_lost(found):
    trials = found.tables()["sensitivity_trials"]
    assert trials["trial"].tolist() == [t for t in range(16) for _ in INPUTS]
    assert trials["input"].tolist() == [one.input for one in INPUTS] * 16
    np.testing.assert_array_equal(trials["value"].to_numpy().reshape(16, 3), found.values)
    np.testing.assert_array_equal(trials["answer"], np.repeat(found.answers, 3))
    table = found.table().set_index("input")
    for j, one in enumerate(INPUTS):
        row = table.loc[one.input]
        ends = (found.values[:, j].min(), found.values[:, j].max())
        assert (row["lowest"], row["highest"]) == ends
        assert one.low <= ends[0] < ends[1] <= one.high


@pytest.mark.parametrize("levels", [2, 4, 6, 10])
@pytest.mark.parametrize("seed", [0, 11])
def test_effects_of_any_function_on_any_grid_are_those_by_hand(levels, seed):
    shares = morris_shares([(0.0, 1.0)] * 4, trajectories=5, levels=levels, seed=seed)
    a, b, c, d = shares.T
    answers = 2.0 * a - b * b + 3.0 * c * d + np.exp(d)
    ours = elementary_effects([(0.0, 1.0)] * 4, shares, answers, levels=levels, seed=seed)
    effects = by_hand(shares, answers, levels)
    np.testing.assert_allclose(ours["mu"], effects.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(ours["mu_star"], np.abs(effects).mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(ours["sigma"], effects.std(axis=0, ddof=1), atol=1e-12)
    assert ours["mu"][0] == pytest.approx(2.0)
    assert (ours["mu_star"] >= np.abs(ours["mu"]) - 1e-12).all()


def test_an_input_that_nothing_hangs_on_has_no_effect_and_none_has_a_share_of_nothing():
    calm = Shock((Blow("capacity", regions="R0", share=0.0, days=5),))
    found = stress.sensitivity(
        SYSTEM, calm, uncertain=Uncertainty((LONG, PSI)), trajectories=2, days=8, model=MODEL
    )
    table = found.table()
    rest = found.system.flows.output.sum()
    assert (table["mu_star"] <= 1e-12 * rest).all()
    assert (table["sigma"] <= 1e-12 * rest).all()


@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_who_works_it_out_changes_no_effect(executor, found, tmp_path):
    workers = {"workers": 1} if executor == "processes" else {}
    again = stress.sensitivity(
        SYSTEM, SHOCK, uncertain=Uncertainty(INPUTS), trajectories=4, days=18, model=MODEL, seed=3,
        measure="value_added", executor=executor, checkpoint=tmp_path, **workers,
    )  # fmt: skip
    np.testing.assert_array_equal(again.answers, found.answers)
    assert len(list(tmp_path.glob("batch-*.npz"))) == 1
