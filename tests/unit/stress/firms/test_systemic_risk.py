"""Systemic risk of firms as users ask for it: rows, modes, revenue, pruning, bad input."""

import numpy as np
import pandas as pd
import pytest

from cascade_twin import network_system, random_network, system_of
from chainwright import stress
from chainwright.errors import (
    InfeasibleError,
    MissingPartError,
    ParameterError,
    TableError,
    UnknownCodeError,
)
from chainwright.stress.firms import cascade_question
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.system import System
from toys import toy_table

FIRMS = pd.DataFrame(
    {
        "firm": ["a", "b", "c", "alone"],
        "sector": ["10", "24", "25", "10"],
        "output": [0.0, 2.0, 3.0, np.nan],
    }
)
LINKS = pd.DataFrame({"supplier": ["b", "c"], "buyer": ["c", "a"], "value": [1.0, 3.0]})


def chain():
    """Return b -> c -> a, and a firm without links."""
    return network_system(LINKS, FIRMS)


def random_system(seed=3, n=40, links=160):
    rng = np.random.default_rng(seed)
    return system_of(*random_network(rng, n, links))


def test_every_firm_has_a_row_the_riskiest_first():
    found = stress.systemic_risk(chain())
    frame = found.table()
    assert sorted(frame["firm"]) == ["a", "alone", "b", "c"]
    assert frame["risk"].is_monotonic_decreasing
    alone = frame.set_index("firm").loc["alone"]
    assert alone.tolist() == [0.0, 0.0, 0.0, 1]


def test_a_failure_runs_to_buyers_and_to_suppliers():
    rows = stress.systemic_risk(chain(), firms=["c"]).table().set_index("firm")
    assert rows.loc["c"].tolist() == [1.0, 0.75, 1.0, 2]


def test_named_firms_fail_alone_in_any_order_with_the_same_numbers():
    system, table = random_system()
    every = stress.systemic_risk(system, essential=table).table().set_index("firm")
    some = stress.systemic_risk(system, essential=table, firms=["f007", "f002"]).table()
    assert set(some["firm"]) == {"f002", "f007"}
    pd.testing.assert_frame_equal(some.set_index("firm"), every.loc[some["firm"]])


def test_output_is_revenue_only_if_it_is_asked_for():
    sales = stress.systemic_risk(chain(), firms=["c"]).table()
    output = stress.systemic_risk(chain(), firms=["c"], revenue="output").table()
    assert sales["risk_upstream"].tolist() == [1.0]
    assert output["risk_upstream"].tolist() == [0.875]  # b sells half of its output to c


def test_an_emptied_market_counts_as_one_in_reference_and_not_at_rest():
    links = LINKS.assign(value=[0.2, 0.6])
    firms = FIRMS.assign(output=[0.0, 0.4, 0.6, 0.0])
    published = stress.systemic_risk(network_system(links, firms), firms=["b"])
    at_rest = stress.systemic_risk(
        network_system(links, firms), firms=["b"], mode="fixpoint", revenue="output"
    )
    assert published.runs.down.tolist() == pytest.approx([(0.2 + 0.2 * 0.6) / 0.8])
    pushed = stress.cascade(network_system(links, firms), "b")  # by the other kernel
    assert pushed.runs.down.tolist() == pytest.approx([(0.2 + 0.2 * 0.6) / 0.8])
    assert at_rest.runs.down.tolist() == pytest.approx([1.0])


def test_pruning_is_held_against_the_exact_cascade_and_said():
    system, table = random_system()
    found = stress.systemic_risk(system, essential=table, tolerance=1e-3, sample=25, seed=4)
    assert found.checked == 25
    assert found.parameters["checked_firms"] == 25
    assert found.parameters["largest_difference"] == found.largest_difference
    assert any("largest difference from tolerance 0 on 25" in words for words in found.remarks())
    again = stress.systemic_risk(system, essential=table, tolerance=1e-3, sample=25, seed=4)
    assert again.largest_difference == found.largest_difference


def test_the_exact_cascade_checks_nothing():
    found = stress.systemic_risk(chain())
    assert (found.checked, found.largest_difference) == (0, 0.0)
    assert "largest_difference" not in found.parameters


def test_the_mode_the_stop_and_the_rule_of_inputs_are_in_the_origin():
    asked = stress.systemic_risk(chain(), mode="fixpoint", revenue="output").parameters
    assert (asked["mode"], asked["stop"], asked["revenue"]) == ("fixpoint", 1e-12, "output")
    assert "Unverified" in asked["essential"]
    assert stress.systemic_risk(chain()).parameters["stop"] == 0.01


def test_progress_counts_every_firm_once():
    system, table = random_system(n=90, links=500)
    told = []
    stress.systemic_risk(
        system, essential=table, threads=1, progress=lambda done, of: told.append((done, of))
    )
    assert told[-1] == (90, 90)
    assert told == sorted(told)


def test_a_fixed_point_without_sales_outside_is_refused_with_the_reason():
    with pytest.raises(InfeasibleError, match="no revenue is given"):
        stress.systemic_risk(chain(), mode="fixpoint")
    closed = network_system(LINKS, FIRMS.assign(output=[0.0, 1.0, 3.0, 0.0]))
    with pytest.raises(InfeasibleError, match="no firm's output is above its sales"):
        stress.systemic_risk(closed, mode="fixpoint", revenue="output")
    insisted = stress.systemic_risk(chain(), mode="fixpoint", insist=True)
    assert insisted.parameters["insist"] is True


def test_a_run_that_cannot_come_to_rest_stops_and_says_so(monkeypatch):
    monkeypatch.setattr(cascade_question, "ROUNDS", 2)
    links = pd.concat([LINKS, LINKS.assign(supplier=["a", "alone"], buyer=["b", "b"])])
    found = stress.systemic_risk(network_system(links, FIRMS), essential="linear", stop=1e-9)
    assert found.unsettled > 0
    assert found.parameters["unsettled"] == found.unsettled
    assert any("ended after 2 iterations" in words for words in found.remarks())
    assert found.table()["iterations"].max() == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"mode": "published"}, "mode"),
        ({"substitution": "sector"}, "substitution"),
        ({"revenue": "sales"}, "revenue"),
        ({"tolerance": -1e-5}, "tolerance"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"stop": 0.0}, "stop"),
        ({"sample": 0}, "sample"),
    ],
)
def test_words_and_numbers_out_of_range_are_refused_by_name(asked, said):
    with pytest.raises(ParameterError, match=f"'{said}' parameter"):
        stress.systemic_risk(chain(), **asked)


def test_firms_that_are_not_there_are_refused():
    with pytest.raises(UnknownCodeError, match="firm of the links"):
        stress.systemic_risk(chain(), firms=["a", "x"])


def test_output_that_is_missing_or_below_sales_is_refused():
    with pytest.raises(MissingPartError, match="output of 1 firms that sell"):
        stress.systemic_risk(
            network_system(LINKS, FIRMS.assign(output=[np.nan, np.nan, 3.0, np.nan])),
            revenue="output",
        )
    with pytest.raises(TableError, match="at least its sales in the links, 3"):
        stress.systemic_risk(
            network_system(LINKS, FIRMS.assign(output=[0.0, 2.0, 2.5, 0.0])), revenue="output"
        )


def test_a_system_without_links_lacks_the_part():
    with pytest.raises(MissingPartError, match="links between firms"):
        stress.systemic_risk(System.from_table(toy_table()))


def test_links_are_prepared_once_for_one_question():
    system, _ = random_system()
    question = CascadeQuestion(essential="linear")
    assert question.network(system)[0] is question.network(system)[0]
    other = CascadeQuestion(essential="linear", revenue="output")
    assert question.network(system)[0] is not other.network(system)[0]


def test_costs_below_purchases_or_of_strangers_are_refused():
    with pytest.raises(ParameterError, match="at least the purchases"):
        stress.cascade(chain(), "b", costs={"c": 0.5})
    with pytest.raises(UnknownCodeError):
        stress.cascade(chain(), "b", costs={"x": 5.0})
    half = stress.cascade(chain(), "b", costs={"c": 2.0}).table().set_index("firm")
    assert half.loc["c", "loss_downstream"] == 0.5
