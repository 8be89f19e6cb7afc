"""Draws with an error of the table: each is a run on a table of its own, cell by cell."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.stress import Blow, InventoryModel, Shock, Uncertainty
from chainwright.stress.ensembles.table_error import with_error
from worlds import national, world

MODEL = InventoryModel(stock_days=6.0, restoration_days=9.0)
CV = 0.15


def by_hand(flows, cv, seed, draw):
    """Return the cells of producers and of final users, drawn one by one in their order."""
    child = np.random.SeedSequence(seed).spawn(draw + 1)[draw].spawn(1)[0]
    stream = np.random.default_rng(child)
    sigma = np.sqrt(np.log(1.0 + cv**2))
    tables = [flows.matrix, flows.final]
    if flows.imports is not None:
        tables += [flows.imports.matrix, flows.imports.final]
    found = []
    for table in tables:
        moved = np.zeros_like(table)
        for row in range(table.shape[0]):
            for column in range(table.shape[1]):
                factor = np.exp(sigma * stream.standard_normal() - sigma**2 / 2.0)
                moved[row, column] = table[row, column] * factor
        found.append(moved)
    return found


@pytest.mark.parametrize("draw", [0, 2])
@pytest.mark.parametrize("system", [world(4), national(4)], ids=["world", "nation"])
def test_the_error_of_a_draw_is_one_lognormal_number_a_cell(system, draw):
    stream = Uncertainty(table_cv=CV).table_stream(7, draw)
    odd = with_error(system.flows, CV, stream)
    told = [odd.matrix, odd.final]
    told += [odd.imports.matrix, odd.imports.final] if odd.imports is not None else []
    for ours, wanted in zip(told, by_hand(system.flows, CV, 7, draw), strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=1e-13)
    assert "error of measurement drawn, cv 0.15 by cell" in str(odd.origin)
    assert odd.value_added.shape[0] == 0


@pytest.mark.parametrize("end", ["pooled", "by_origin"])
@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_each_draw_is_the_run_on_its_own_table(end, executor):
    system = world(4)
    cut = Shock((Blow("supply_cut", regions="R0", products="s2", share=1.0, days=9, start_day=2),))
    workers = {"workers": 1} if executor == "processes" else {}
    found = stress.ensemble(
        system, cut, draws=3, days=16, seed=7, model=MODEL, end=end, executor=executor,
        uncertain=Uncertainty(table_cv=CV), **workers,
    )  # fmt: skip
    for draw in range(3):
        matrix, final = by_hand(system.flows, CV, 7, draw)
        nothing = system.flows.value_added_kinds.take(np.zeros(0, np.int32))
        flows = replace(
            system.flows, matrix=matrix, final=final, value_added_kinds=nothing,
            value_added=np.zeros((0, 9)), stated_output=None,
        )  # fmt: skip
        run = stress.run(System(flows=flows), cut, days=16, model=MODEL)
        row = run.table().query(f"end == '{end}' and level == 'all'").iloc[0]
        assert found.lost("output")[draw] == pytest.approx(row["output_lost"], rel=1e-9)
        assert found.lost("value_added")[draw] == pytest.approx(row["value_added_lost"], rel=1e-9)
        assert found.lost("unmet_final")[draw] == pytest.approx(row["unmet_final"], rel=1e-9)
        assert found.lost_days[draw] == pytest.approx(row["output_lost_days"], rel=1e-9)
        assert found.lowest_output[draw] == pytest.approx(row["lowest_share"], rel=1e-12)
