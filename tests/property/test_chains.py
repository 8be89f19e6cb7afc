"""Laws of chain maps: round trips, order of rows, loops, credit codes, questionnaires."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainmaps import TABLES, made_up
from chainwright.classes.credit_codes import ALPHABET, credit_code_fault, expected_check_digit
from chainwright.errors import TableError
from chainwright.system import Chain, chain_map, write_chain

SEEDS = st.integers(0, 2**32 - 1)
TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20)


def frames(chain):
    return [getattr(chain, table) for table in TABLES]


def bytes_in(folder):
    return [(Path(folder) / f"{table}.csv").read_bytes() for table in TABLES]


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(3, 12))
def test_a_map_is_written_and_read_back_cell_by_cell(seed, count):
    chain = made_up(seed, count)
    with tempfile.TemporaryDirectory() as folder:
        write_chain(chain, Path(folder) / "a")
        again = chain_map(Path(folder) / "a")
        write_chain(again, Path(folder) / "b")
        assert bytes_in(Path(folder) / "a") == bytes_in(Path(folder) / "b")
    for one, other in zip(frames(chain), frames(again), strict=True):
        pd.testing.assert_frame_equal(one, other)


@settings(max_examples=20, deadline=None)
@given(TEXT, st.floats(0, 1e9, allow_subnormal=True), SEEDS)
def test_any_text_and_any_number_survive(text, number, seed):
    chain = made_up(seed)
    nodes = chain.nodes.assign(grade_en=text, stock_weeks=number)
    links = chain.links.assign(quantity_per_unit=number, quantity_unit="kg")
    held = Chain.of_tables("x", nodes, links, chain.supply)
    with tempfile.TemporaryDirectory() as folder:
        write_chain(held, Path(folder) / "x")
        again = chain_map(Path(folder) / "x")
    assert set(again.nodes["grade_en"]) == {text.strip()}
    assert set(again.nodes["stock_weeks"]) == {number}
    assert set(again.links["quantity_per_unit"]) == {number}
    assert again.origin.sha256 == held.origin.sha256


@settings(max_examples=20, deadline=None)
@given(SEEDS, SEEDS)
def test_shuffled_rows_give_the_same_chain(seed, order):
    chain = made_up(seed)
    shuffled = [frame.sample(frac=1, random_state=order) for frame in frames(chain)]
    again = Chain.of_tables(chain.name, *(f.reset_index(drop=True) for f in shuffled))
    assert again.origin.sha256 == chain.origin.sha256
    place = again.axis.index(chain.axis.codes)
    np.testing.assert_array_equal(
        again.adjacency().toarray()[np.ix_(place, place)], chain.adjacency().toarray()
    )


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(0, 6), st.integers(1, 7))
def test_a_link_back_is_always_a_loop_and_by_recycling_never(seed, low, high):
    chain = made_up(seed)
    first, last = f"n{min(low, high - 1)}", f"n{high}"
    row = {**chain.links.iloc[0], "from_node": last, "to_node": first, "necessity": ""}
    row |= {"cost_share": np.nan}
    back = pd.concat([chain.links, pd.DataFrame([row])], ignore_index=True)
    with pytest.raises(TableError, match="expected no loop"):
        Chain.of_tables("x", chain.nodes, back, chain.supply)
    back.loc[len(back) - 1, "route"] = "recycling"
    assert len(Chain.of_tables("x", chain.nodes, back, chain.supply).links) == len(back)


@given(st.text(st.sampled_from(ALPHABET), min_size=17, max_size=17), st.data())
def test_the_check_digit_catches_every_slip_of_one_character(body, data):
    code = body + expected_check_digit(body)
    assert credit_code_fault(code) is None
    i = data.draw(st.integers(0, 17))
    sign = data.draw(st.sampled_from([s for s in ALPHABET if s != code[i]]))
    assert credit_code_fault(code[:i] + sign + code[i + 1 :]) is not None
