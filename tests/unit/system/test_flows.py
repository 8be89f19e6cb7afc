import numpy as np
import pytest

from chainwright import Money, System
from chainwright.errors import LabelError, MissingPartError, MoneyError
from real import data
from toys import long_table

COMPETITIVE = long_table(
    intermediate={("N:ore", "N:ore"): 10, ("N:ore", "N:steel"): 40, ("N:steel", "N:steel"): 20},
    final={
        ("N:ore", "N:household"): 30, ("N:ore", "N:exports"): 20, ("N:ore", "N:imports"): -40,
        ("N:steel", "N:household"): 60, ("N:steel", "N:exports"): 5,
        ("N:steel", "N:inventories"): 20,
    },
)  # fmt: skip
"""Of 80 of ore used at home 40 is imported; steel is not imported."""


@pytest.fixture
def competitive():
    return System.from_table(COMPETITIVE).flows


def test_output_is_what_deliveries_add_up_to(toy):
    assert toy.flows.output.tolist() == [100, 100, 140, 115, 209, 136]


def test_value_added_is_what_inputs_leave_where_the_file_has_no_rows(toy):
    assert toy.flows.added.tolist() == [18, 41, 84, 70, 137, 85]


def test_coefficients_of_a_node_without_output_are_zero():
    rows = long_table(
        intermediate={("A:m", "A:m"): 1.0},
        final={("A:m", "A:household"): 1.0, ("A:k", "A:household"): 0.0},
    )
    flows = System.from_table(rows).flows
    assert flows.coefficients().tolist() == [[0.5, 0.0], [0.0, 0.0]]
    assert flows.per_output.tolist() == [0.5, 0.0]


def test_arrays_are_read_only(toy):
    for array in (toy.flows.matrix, toy.flows.final, toy.flows.output, toy.flows.added):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_roles_of_final_categories_are_told_by_their_codes(competitive):
    roles = dict(zip(competitive.users.sectors.codes, competitive.roles, strict=True))
    assert roles == {
        "household": "household", "exports": "exports", "imports": "imports",
        "inventories": "inventories",
    }  # fmt: skip
    assert competitive.is_competitive


def test_imports_are_split_in_proportion_to_home_use_only_when_asked(competitive):
    split = competitive.split_imports()
    assert competitive.imports is None
    assert split.imports.method == "proportional"
    assert not split.imports.names_origins
    # half of each home use of ore is imported; exports are not
    np.testing.assert_allclose(split.imports.matrix, [[5, 20], [0, 0]])
    columns = list(split.users.sectors.codes)
    np.testing.assert_allclose(split.imports.final[0, columns.index("household")], 15)
    np.testing.assert_allclose(split.imports.final[0, columns.index("exports")], 0)
    np.testing.assert_allclose(split.final[0, columns.index("imports")], 0, atol=1e-12)
    assert "proportion" in split.origin.notes[-1]


def test_a_split_moves_no_output_and_no_value_added(competitive):
    split = competitive.split_imports()
    np.testing.assert_allclose(split.output, competitive.output)
    np.testing.assert_allclose(split.residual, competitive.residual)


def test_a_table_without_a_column_of_imports_cannot_be_split(toy):
    with pytest.raises(MissingPartError, match="a column of imports"):
        toy.flows.split_imports()


def test_the_split_is_as_wrong_as_the_docstring_says():
    known = System.read(data("china_io_nbs") / "china_2018_42.csv.gz").flows
    z = known.matrix + known.imports.matrix[: len(known.nodes)]
    use = z.sum(axis=1) + (known.final + known.imports.final)[:, ~known.final_of("exports")].sum(
        axis=1
    )
    imported = known.imports.matrix.sum(axis=1) + known.imports.final.sum(axis=1)
    guess = z * (imported / use)[:, None]
    off = np.abs(guess - known.imports.matrix).sum() / known.imports.matrix.sum()
    assert 0.50 < off < 0.58


def test_money_is_converted_at_the_rate_that_is_named():
    flows = System.from_table(COMPETITIVE, currency="USD", year=2018).flows
    cny = flows.in_money(Money("CNY", 2018), rate=6.6)
    np.testing.assert_allclose(cny.matrix, flows.matrix * 6.6)
    assert str(cny.money) == "CNY of 2018"
    assert cny.origin.notes[-1] == "USD of 2018 to CNY of 2018 at 6.6"


def test_money_that_is_not_stated_is_not_converted(competitive):
    with pytest.raises(MoneyError, match="two stated currencies"):
        competitive.in_money(Money("CNY", 2018), rate=6.6)


def test_arrays_that_do_not_fit_the_labels_are_refused(competitive):
    from dataclasses import replace  # noqa: PLC0415

    with pytest.raises(LabelError, match=r"matrix is \(1, 2\) and must be \(2, 2\)"):
        replace(competitive, matrix=competitive.matrix[:1])
