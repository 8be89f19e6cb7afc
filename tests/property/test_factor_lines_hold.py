"""Laws of factors of lines: nothing raises, no number without a record, a reason for each."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.carbon import FactorSet
from chainwright.carbon.factors.factor_sets import named_sets
from chainwright.carbon.factors.fuels import EQUIPMENT, SERIES
from chainwright.carbon.factors.grids import LEVELS
from chainwright.system import carbon_items

ITEMS = sorted({item for _, item in carbon_items()} | {"", "nothing"})
DIVISIONS = ["", "330500", "33", "150000", "150400", "540000", "810000", "999999", "x", "650100"]
LINES = st.lists(
    st.tuples(
        st.integers(0, 110),
        st.sampled_from(ITEMS),
        st.sampled_from(DIVISIONS),
        st.integers(1990, 2060),
    ),
    max_size=12,
)
SETS = st.builds(
    lambda name, fuels, equipment, grid, gwp: FactorSet.named(name).with_(
        fuels=fuels, equipment=equipment, grid=grid, gwp=gwp
    ),
    st.sampled_from(list(named_sets())),
    st.sampled_from(SERIES),
    st.sampled_from(("", *EQUIPMENT)),
    st.sampled_from(LEVELS),
    st.sampled_from(("AR4", "AR5", "AR6")),
)


@settings(max_examples=80, deadline=None)
@given(lines=LINES, chosen=SETS)
def test_each_line_has_a_factor_with_its_record_or_a_reason_and_none(lines, chosen):
    kind, item, division, year = zip(*lines, strict=True) if lines else ((), (), (), ())
    found = chosen.for_lines(list(kind), item, division, list(year))
    assert len(found) == len(lines)
    for i in range(len(lines)):
        record = found.of(i)
        assert (record is None) == bool(np.isnan(found.value[i]))
        assert all(found.why(i))
        if record is not None:
            assert found.value[i] == record.value > 0
            assert found.low[i] <= found.value[i] <= found.high[i]
            assert found.boundaries[i] == record.boundary != "footprint"


@settings(max_examples=40, deadline=None)
@given(lines=LINES, chosen=SETS, seed=st.integers(0, 99))
def test_lines_do_not_depend_on_each_other(lines, chosen, seed):
    order = np.random.default_rng(seed).permutation(len(lines)).tolist()
    mixed = [lines[i] for i in order]

    def asked(rows):
        kind, item, division, year = zip(*rows, strict=True) if rows else ((), (), (), ())
        return chosen.for_lines(list(kind), item, division, list(year))

    one, other = asked(lines), asked(mixed)
    np.testing.assert_array_equal(one.value[order], other.value)
    assert [one.why(i) for i in order] == [other.why(i) for i in range(len(mixed))]
    assert [one.of(i) for i in order] == [other.of(i) for i in range(len(mixed))]
