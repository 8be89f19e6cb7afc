import numpy as np
import pandas as pd
import pytest

from binding_twin import binding_twin
from chainwright import System
from chainwright.errors import MissingPartError, ParameterError, TableError, UnknownCodeError
from chainwright.stress import BindingModel, Blow, Shock, partially_binding
from chainwright.stress.sectors.input_scores import input_scores
from toys import long_table
from worlds import competitive, national, world

SYSTEM = world(6, 3, 3)
NODE = "R0:s1"


def shut(share=0.5, **more):
    more.setdefault("days", 10)
    return Shock((Blow("capacity", nodes=NODE, share=share, start_day=2, **more),))


def one_region(*, wages=True):
    """Return a closed nation of three sectors, with its parts as the twin takes them."""
    flows = np.array([[10.0, 45.0, 30.0], [5.0, 60.0, 150.0], [5.0, 30.0, 90.0]])
    consumption, other = np.array([10.0, 80.0, 250.0]), np.array([5.0, 5.0, 225.0])
    codes = ["N:a", "N:b", "N:c"]
    final = {(s, "N:household"): c for s, c in zip(codes, consumption, strict=True)}
    final |= {(s, "N:investment"): f for s, f in zip(codes, other, strict=True)}
    kinds = ("VA001", "VA004") if wages else ("VA",)
    x0 = flows.sum(axis=1) + consumption + other
    labour = np.array([60.0, 120.0, 250.0]) if wages else x0 - flows.sum(axis=0)
    added = {(kinds[0], s): w for s, w in zip(codes, labour, strict=True)}
    if wages:
        rest = x0 - flows.sum(axis=0) - labour
        added |= {("VA004", s): v for s, v in zip(codes, rest, strict=True)}
    cells = {(s, u): flows[i, j] for i, s in enumerate(codes) for j, u in enumerate(codes)}
    system = System.from_table(long_table(intermediate=cells, final=final, value_added=added))
    return system, (flows, x0, labour, consumption, other)


@pytest.mark.parametrize("pooling", ["product", "origin"])
@pytest.mark.parametrize("wages", [True, False])
def test_a_nation_runs_as_the_plain_twin(pooling, wages):
    system, parts = one_region(wages=wages)
    scores = np.array([[0, 1, 0], [0, 0, 0.5], [0, 1, 0]])
    shock = Shock((Blow("capacity", nodes="N:b", share=0.5, start_day=4, days=30),))
    lost = np.zeros((60, 3))
    lost[4:34, 1] = 0.5
    days = {"a": 5.0, "b": 14.0, "c": 5.0}
    found = partially_binding(
        system,
        shock,
        days=60,
        stock_days=days,
        essential=scores,
        model=BindingModel(pooling=pooling),
    )
    told = binding_twin(parts, [5.0, 14.0, 5.0], scores, "half", lost)
    np.testing.assert_allclose(found.records.production, told, rtol=1e-10)
    table = found.table().set_index("sector")
    by_hand = (parts[1] - told).sum(axis=0) / 365.0
    np.testing.assert_allclose(table.loc[["a", "b", "c"], "output_lost"], by_hand)
    lost_to = table[["lost_to_labour", "lost_to_inputs", "lost_to_demand"]].sum(axis=1)
    np.testing.assert_allclose(lost_to, table["output_lost"])
    assert found.labour_known == wages
    assert table["labour_income_lost"].isna().all() != wages


def test_what_is_lost_by_labour_and_by_surplus_adds_up():
    system, parts = one_region()
    shock = Shock((Blow("capacity", nodes="N:b", share=0.5, start_day=4, days=30),))
    found = partially_binding(system, shock, days=60)
    idle = (1.0 - found.records.labour).sum(axis=0) * parts[2] / 365.0
    np.testing.assert_allclose(found.labour_income_lost, idle)
    usual = parts[0].sum(axis=0)
    saved = (usual - found.records.purchases).sum(axis=0) / 365.0
    np.testing.assert_allclose(found.surplus_lost, found.output_lost - saved - idle)


def test_demand_that_drops_is_consumption_or_other_final_demand_by_its_users():
    system, parts = one_region()
    drop = Shock((Blow("demand_drop", nodes="N:c", share=0.2, start_day=0, days=9),))
    found = partially_binding(system, drop, days=9)
    demand = found.records.demand[0]
    eaten, other = parts[3], parts[4]
    orders = parts[0].sum(axis=1)
    assert demand[:2] == pytest.approx(parts[1][:2])
    assert demand[2] == pytest.approx(orders[2] + 0.8 * (eaten[2] + other[2]))


@pytest.mark.parametrize("pooling", ["product", "origin"])
@pytest.mark.parametrize("system", [SYSTEM, world(6, idle=True), national(3), competitive(4)])
def test_nothing_moves_without_a_shock(system, pooling):
    none = Shock((Blow("capacity", nodes=system.flows.nodes.codes[0], share=0.0),))
    found = partially_binding(system, none, days=40, model=BindingModel(pooling=pooling))
    x0 = found.start.x0
    assert np.abs(found.records.production - x0).max() <= 1e-11 * x0.max()
    assert "No loss worth naming" in set(found.table()["reason_en"])
    assert any("No stock of inputs ever bound" in en for en, _ in found.notes)


def test_origins_of_a_product_replace_each_other_only_where_they_are_pooled():
    lost = {}
    for pooling in ("product", "origin"):
        model = BindingModel(pooling=pooling, kind="leontief")
        found = partially_binding(SYSTEM, shut(1.0, days=30), days=60, model=model, stock_days=4.0)
        lost[pooling] = found.output_lost.sum()
    assert lost["product"] < lost["origin"]


def test_who_ran_short_of_what_is_told():
    model = BindingModel(pooling="origin", kind="leontief")
    found = partially_binding(SYSTEM, shut(1.0, days=30), days=60, model=model, stock_days=4.0)
    table = found.table()
    short = table[table["short_day"].notna()]
    assert (short["short_day"] >= 2).all()
    first = short.sort_values("short_day").iloc[0]
    assert first["short_input"] == NODE
    assert f"short of {NODE} first" in first["reason_en"]
    assert f"首先缺 {NODE}" in first["reason_zh"]
    linear = BindingModel(pooling="origin", kind="linear")
    found = partially_binding(SYSTEM, shut(1.0, days=90), days=90, model=linear, stock_days=1.0)
    by_all = found.table().dropna(subset="short_day")
    assert (by_all["short_input"] == "").all()


def test_every_cell_of_essential_inputs_reaches_its_users():
    rows = pd.DataFrame(
        [("s1", "s0", "essential")], columns=["input_sector", "user_sector", "kind"]
    )
    found = partially_binding(SYSTEM, shut(), days=5, essential=rows)
    axis = SYSTEM.flows.nodes.sectors
    scores, rule = input_scores(axis, axis, rows)
    np.testing.assert_array_equal(found.start.scores, scores[:, SYSTEM.flows.nodes.sector])
    assert found.parameters["essential"] == rule
    assert found.start.scores.sum() == 3.0  # three regions have the user s0


def test_imports_of_a_nation_arrive_as_ordered():
    system = national(3)
    shock = Shock((Blow("capacity", nodes="N:s1", share=1.0, days=30),))
    found = partially_binding(system, shock, days=40, stock_days=3.0)
    assert found.start.abroad.sum() == pytest.approx(system.flows.imports.matrix.sum())
    assert any("from abroad" in en for en, _ in found.notes)


@pytest.mark.parametrize(
    ("blow", "word"),
    [
        (Blow("capital", nodes=NODE, share=0.1), "capital"),
        (Blow("supply_cut", nodes=NODE, buyers="R1", share=1.0), "supply_cut"),
    ],
)
def test_what_it_cannot_represent_is_refused_by_name(blow, word):
    with pytest.raises(ParameterError, match=word):
        partially_binding(SYSTEM, Shock((blow,)), days=3)


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda: partially_binding(SYSTEM, shut(), days=0), ParameterError),
        (lambda: partially_binding(SYSTEM, shut(), stock_days=0.0), ParameterError),
        (lambda: partially_binding(SYSTEM, shut(), stock_days={"s7": 1.0}), UnknownCodeError),
        (lambda: BindingModel(kind="cobb"), ParameterError),
        (lambda: BindingModel(rationing="none"), ParameterError),
        (lambda: BindingModel(pooling="all"), ParameterError),
        (lambda: BindingModel(restoration_days=0.5), ParameterError),
        (
            lambda: partially_binding(SYSTEM, Shock((Blow("capacity", nodes="R7:s1", share=1.0),))),
            TableError,
        ),
    ],
)
def test_words_and_numbers_out_of_range_are_refused(ask, error):
    with pytest.raises(error):
        ask()


def test_a_table_in_which_nobody_consumes_is_refused():
    system = System.from_table(
        long_table(
            intermediate={("N:a", "N:b"): 2.0, ("N:b", "N:a"): 1.0},
            final={("N:a", "N:exports"): 5.0, ("N:b", "N:exports"): 5.0},
        )
    )
    shock = Shock((Blow("capacity", nodes="N:a", share=0.5),))
    with pytest.raises(MissingPartError, match="consumption of households"):
        partially_binding(system, shock, days=3)
