"""Laws of trade in other codes: totals stay, and amounts go in equal parts to the partners."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.classes import bridge, classification
from chainwright.system import Axis, Exports, Trade
from six_countries import PLACES, SEEDS, as_frame, flows
from trades import year_of

SIX = tuple(c for c in classification("HS2022").codes if len(c) == 6)


@settings(max_examples=6)
@given(SEEDS, st.lists(st.sampled_from(SIX), min_size=1, max_size=12, unique=True),
       st.sampled_from(["HS1992", "HS2017"]))  # fmt: skip
def test_other_codes_keep_the_total_of_each_pair_of_places(seed, codes, older):
    frame = flows(seed, products=len(codes))
    frame["product"] = frame["product"].map(dict(enumerate_codes(codes)))
    trade = Trade.of_years({2022: year_of(frame, places=PLACES)}, classification="HS2022")
    turned = trade.in_classification(older)
    back = turned.in_classification("HS2022", split="equal")
    by = ["exporter", "importer"]
    wanted = frame.groupby(by)["value"].sum()
    for each in (turned, back):
        found = as_frame(each.year())["value"].groupby(level=by).sum()
        assert list(found.index) == list(wanted.index)
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
    assert set(turned.year().products.codes) <= set(classification(older).codes)
    assert set(back.year().products.codes) <= set(classification("HS2022").codes)
    np.testing.assert_allclose(
        turned.exports(2022).value.sum(axis=1), trade.exports(2022).value.sum(axis=1), rtol=1e-12
    )
    alone = Trade.of_exports({2022: trade.exports(2022)}, classification="HS2022")
    moved = alone.in_classification(older).exports(2022)
    np.testing.assert_allclose(moved.value, turned.exports(2022).value, rtol=1e-12)


@cache
def partners(old, new):
    """Return the partners of each code in the other list."""
    pairs = bridge(old, new)
    found = {}
    for code, other in zip(pairs["from_code"], pairs["to_code"], strict=True):
        found.setdefault(code, []).append(other)
    return found


def enumerate_codes(codes):
    """Return the made-up product codes with the codes that they stand for."""
    return [(f"{i:06d}", code) for i, code in enumerate(codes)]


@settings(max_examples=10)
@given(st.lists(st.sampled_from(SIX), min_size=1, max_size=12, unique=True))
def test_each_amount_goes_in_equal_parts_to_the_partners_of_its_code(codes):
    forward = partners("HS2022", "HS2017")
    older = sorted({partner for code in codes for partner in forward[code]})
    amounts = np.outer([1.0, 4.0], 2.0 ** np.arange(len(older)))
    held = Exports(Axis("place", ("X", "Y")), Axis("product", tuple(older)), amounts)
    trade = Trade.of_exports({2017: held}, classification="HS2017")
    found = trade.in_classification("HS2022", split="equal").exports(2017)
    newer = partners("HS2017", "HS2022")
    wanted = dict.fromkeys(found.products.codes, 0.0)
    for i, code in enumerate(older):
        for partner in newer[code]:
            wanted[partner] += 2.0**i / len(newer[code])
    np.testing.assert_allclose(found.value[0], list(wanted.values()), rtol=1e-12)
    np.testing.assert_allclose(found.value[1], 4.0 * found.value[0], rtol=1e-12)
