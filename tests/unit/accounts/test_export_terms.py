"""The nine terms of gross exports, against the published formulas written out in blocks."""

import numpy as np
import pytest

from chainwright.accounts import TERMS, export_split, trade_in_value_added
from chainwright.errors import MissingPartError
from chainwright.tables import schema
from worlds import competitive, dense, national, world


def written_out(system):
    """Return the nine terms by loops over regions, as Koopman, Wang and Wei print them."""
    flows = system.flows
    shares, inverse, _, value = dense(system)
    size = len(flows.nodes.regions)
    at = [np.flatnonzero(flows.nodes.region == r) for r in range(size)]
    final = np.stack(
        [flows.final[:, flows.users.region == r].sum(axis=1) for r in range(size)], axis=1
    )
    cell = lambda m, r, t: m[np.ix_(at[r], at[t])]  # noqa: E731
    home = [np.linalg.inv(np.eye(len(at[r])) - cell(shares, r, r)) for r in range(size)]
    exports = []
    for r in range(size):
        away = np.flatnonzero(flows.nodes.region != r)
        sold = flows.matrix[np.ix_(at[r], away)].sum(axis=1)
        exports.append(sold + np.delete(final[at[r]], r, axis=1).sum(axis=1))
    terms = np.zeros((9, size))
    for q in range(size):
        others = [r for r in range(size) if r != q]
        own = value[at[q]]
        foreign = sum(value[at[t]] @ cell(inverse, t, q) for t in others)
        sold = sum(final[at[q], r] for r in others)
        terms[0, q] = own @ cell(inverse, q, q) @ sold
        terms[6, q] = foreign @ sold
        for r in others:
            path = own @ cell(inverse, q, r)
            terms[1, q] += path @ final[at[r], r]
            terms[2, q] += path @ sum(
                (final[at[r], t] for t in others if t != r), np.zeros(len(at[r]))
            )
            terms[3, q] += path @ final[at[r], q]
            terms[4, q] += path @ cell(shares, r, q) @ home[q] @ final[at[q], q]
            terms[5, q] += path @ cell(shares, r, q) @ home[q] @ exports[q]
            terms[7, q] += foreign @ cell(shares, q, r) @ home[r] @ final[at[r], r]
            terms[8, q] += foreign @ cell(shares, q, r) @ home[r] @ exports[r]
    return terms, np.array([e.sum() for e in exports])


@pytest.mark.parametrize(("regions", "sectors"), [(2, 1), (3, 2), (5, 3)])
def test_the_terms_equal_the_published_formulas(regions, sectors):
    system = world(1, regions=regions, sectors=sectors)
    terms, exports = written_out(system)
    found = export_split(system)
    np.testing.assert_allclose(found.terms, terms, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.exports, exports, rtol=1e-12)


def test_the_terms_add_up_and_the_first_three_are_value_added_exports():
    system = world(2, regions=4)
    found = export_split(system)
    np.testing.assert_allclose(found.terms.sum(axis=0), found.exports, rtol=1e-12)
    trade = trade_in_value_added(system)
    np.testing.assert_allclose(found.value_added_exports, trade.used_abroad, rtol=1e-11)
    by_region = trade.table().set_index("region").loc[["R0", "R1", "R2", "R3"]]
    np.testing.assert_allclose(
        found.terms[:5].sum(axis=0), by_region["domestic_value_added"], rtol=1e-11
    )


def test_the_table_shows_every_term_and_what_rounding_leaves():
    table = export_split(world(3)).table()
    assert list(table.columns) == [c.column for c in schema("export_split")]
    assert list(table.columns[2:11]) == list(TERMS)
    assert table["exports"].is_monotonic_decreasing
    assert table["residual"].abs().max() < 1e-10


@pytest.mark.parametrize("system", [national(0), world(0).between(["R0", "R1"])])
def test_an_open_table_is_refused_with_what_to_do(system):
    with pytest.raises(MissingPartError, match="trade_in_value_added"):
        export_split(system)


def test_mixed_imports_are_refused():
    with pytest.raises(MissingPartError, match="split_imports"):
        export_split(competitive(0))
