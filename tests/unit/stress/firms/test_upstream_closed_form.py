"""Upstream risk at rest in closed form: worked by hand, and where it does not exist."""

import numpy as np
import pandas as pd
import pytest

from cascade_twin import network_system
from chainwright.errors import InfeasibleError
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.stress.firms.upstream_closed_form import upstream_at_rest

FIRMS = pd.DataFrame({"firm": ["a", "b", "c"], "sector": ["10", "24", "25"]})


def prepared(rows, output=None):
    links = pd.DataFrame(rows, columns=["supplier", "buyer", "value"])
    firms = FIRMS if output is None else FIRMS.assign(output=output)
    question = CascadeQuestion(revenue=None if output is None else "output")
    return question.network(network_system(links, firms))[0]


def test_a_walk_along_a_chain_reaches_every_customer_after_it():
    network = prepared([("a", "b", 1.0), ("b", "c", 3.0)])
    assert upstream_at_rest(network) == pytest.approx([0.25, 1.0, 1.0])


def test_sales_outside_end_the_walk():
    network = prepared([("a", "b", 1.0), ("b", "a", 1.0)], output=[2.0, 4.0, 0.0])
    # the walk from a reaches b with 1/2, that from b reaches a with 1/4
    assert upstream_at_rest(network) == pytest.approx([(1 + 0.25) / 2, (0.5 + 1) / 2, 0.0])


def test_named_firms_have_the_numbers_of_all():
    network = prepared([("a", "b", 1.0), ("b", "c", 3.0)])
    some = upstream_at_rest(network, np.array([2, 0]))
    assert some.tolist() == upstream_at_rest(network)[[2, 0]].tolist()


def test_firms_that_sell_to_each_other_alone_have_no_closed_form():
    network = prepared([("a", "b", 1.0), ("b", "a", 1.0), ("c", "a", 1.0)])
    with pytest.raises(InfeasibleError, match="sell to each other alone"):
        upstream_at_rest(network)
