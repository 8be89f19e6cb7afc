"""Whatever the flows: their order does not matter, what is saved comes back, repeats are found."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import System
from chainwright.errors import TableError
from chainwright.system import Trade
from layouts.trade import COLUMNS, rows_of

PLACES = ["CHN", "DEU", "FRA", "JPN", "NAM", "USA"]
PRODUCTS = ["magnets", "niobium", "wafers", "01"]

flows = st.lists(
    st.tuples(
        st.sampled_from([2019, 2020, 2022]),
        st.sampled_from(PLACES),
        st.sampled_from(PLACES),
        st.sampled_from(PRODUCTS),
        st.floats(0.0, 1e12, allow_nan=False),
        st.one_of(st.none(), st.floats(0.0, 1e9)),
    ).filter(lambda flow: flow[1] != flow[2]),
    min_size=1,
    max_size=40,
)
unique = flows.map(lambda rows: list({row[:4]: row for row in rows}.values()))


def frame(rows):
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"value": float, "quantity": float})


def all_rows(trade):
    return {year: rows_of(trade.year(year)) for year in trade.years}


@given(unique, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)
    first, second = Trade.from_table(frame(rows)), Trade.from_table(frame(shuffled))
    assert all_rows(first) == all_rows(second)
    for year in first.years:
        assert first.year(year).places.codes == second.year(year).places.codes


@given(unique)
def test_every_row_is_there_once(rows):
    trade = Trade.from_table(frame(rows))
    assert sum(len(trade.year(y)) for y in trade.years) == len(rows)
    total = sum(trade.year(y).value.sum() for y in trade.years)
    np.testing.assert_allclose(total, sum(row[4] for row in rows), rtol=1e-12)


@given(flows)
def test_repeated_flows_are_refused_exactly_when_there_are_some(rows):
    keys = [row[:4] for row in rows]
    try:
        Trade.from_table(frame(rows))
    except TableError as error:
        repeats = pd.DataFrame(keys).duplicated()
        told = {breach.where for breach in error.breaches}
        wanted = {f"row {i + 2}" for i, again in enumerate(repeats) if again}
        assert told == wanted
    else:
        assert len(set(keys)) == len(keys)


@settings(max_examples=15)
@given(unique)
def test_what_is_saved_comes_back(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("saved") / "trade"
    trade = Trade.from_table(frame(rows), currency="USD")
    trade.save(folder)
    back = System.read(folder).trade
    assert all_rows(back) == all_rows(trade)
    assert repr(back) == repr(trade)


@given(unique)
def test_a_bloc_of_all_trades_with_nobody(rows):
    joined = Trade.from_table(frame(rows)).in_blocs(own={"World": PLACES})
    assert all(len(joined.year(year)) == 0 for year in joined.years)
