import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.plan import RepairCosts
from chainwright.plan.repairs.supplement import supplemented
from small_tables import COLUMNS, system_of

REGIONS, PRODUCTS = ("A", "B", "C"), ("p", "q")
NODES = [(r, p) for r in REGIONS for p in PRODUCTS]


@st.composite
def tables(draw):
    """Return a productive table of three regions and two products, with idle cells."""
    amount = st.one_of(st.just(0.0), st.floats(0.01, 50.0))
    rows = [("intermediate", *sells, *buys, draw(amount)) for sells in NODES for buys in NODES]
    # what is sold to households exceeds all inputs, so that each column adds value
    rows += [
        ("final", *sells, region, "household", draw(st.floats(0.0, 50.0)) + 400.0)
        for sells in NODES
        for region in REGIONS
    ]
    return system_of(pd.DataFrame(rows, columns=COLUMNS)).flows


@settings(max_examples=40, deadline=None)
@given(
    flows=tables(),
    share=st.floats(0.0, 1.0),
    users=st.sampled_from([("A",), ("A", "B"), ("B:q",), ("A:p", "C")]),
    origins=st.sampled_from([(), ("B",), ("B", "C:p"), ("A",)]),
    maker=st.sampled_from(["A:p", "C:p"]),
)
def test_any_supplement_keeps_balance_demand_technique_and_value_added(
    flows, share, users, origins, maker
):
    found = supplemented(flows, product="p", users=users, maker=maker, share=share, origins=origins)
    largest = flows.output.max()
    assert np.abs(found.residual * flows.output - flows.residual * found.output).max() < (
        1e-9 * largest**2
    )
    assert abs(found.final.sum() - flows.final.sum()) < 1e-9 * largest
    assert abs(found.residual.sum() - flows.residual.sum()) < 1e-9 * largest * len(flows.nodes)
    assert found.matrix.min() >= -1e-12 * largest
    by_product = [m.coefficients().reshape(3, 2, 6).sum(axis=0) for m in (flows, found)]
    assert np.abs(by_product[0] - by_product[1]).max() < 1e-12
    plain = np.linalg.solve(np.eye(6) - found.coefficients(), found.demand)
    assert np.abs(plain - found.output).max() < 1e-9 * largest


QUESTIONS = st.fixed_dictionaries(
    {
        "life_years": st.floats(0.5, 40.0),
        "lead_years": st.floats(0.0, 12.0),
        "years": st.integers(1, 30),
        "start_year": st.integers(0, 29),
    }
)


@settings(max_examples=60, deadline=None)
@given(spent=st.tuples(*[st.floats(0.0, 1e6)] * 2), rate=st.floats(0.0, 0.3), question=QUESTIONS)
def test_present_values_rise_with_costs_and_fall_with_delay(spent, rate, question):
    (once, yearly), costs = spent, RepairCosts(discount_rate=rate)
    life, lead, years = question["life_years"], question["lead_years"], question["years"]
    start = min(question["start_year"], years - 1)
    more = {**question, "start_year": start}
    value = float(costs.present_value(once, yearly, **more))
    assert value >= 0.0
    later = {**more, "start_year": min(start + 1, years - 1)}
    assert float(costs.present_value(once, yearly, **later)) <= value * (1 + 1e-12) + 1e-9
    assert float(costs.present_value(2 * once, yearly, **more)) >= value - 1e-9
    plain = sum(
        float(costs.annuity(life)) * once * (1.0 + rate) ** -(t + 1) for t in range(start, years)
    ) + sum(yearly * (1.0 + rate) ** -(t + 1) for t in range(years) if start + np.ceil(lead) <= t)
    assert abs(plain - value) <= 1e-9 * (1.0 + plain)
