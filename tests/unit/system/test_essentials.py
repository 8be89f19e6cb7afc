import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose import essential_inputs
from chainwright.errors import MissingFileError, TableError
from chainwright.params import table
from chainwright.system import Axis

AXIS = Axis("sector", ("ore", "steel", "bank"), parents=("B", "C", "K"))


def rule(*rows):
    return pd.DataFrame(rows, columns=["user", "product", "essential"])


def given(*rows):
    return essential_inputs(AXIS, AXIS, rule(*rows)).matrix.astype(int).tolist()


def test_our_own_rule_goes_by_section_and_is_called_an_assumption():
    found = essential_inputs(AXIS, AXIS)
    assert found.matrix.tolist() == [[True, True, False], [True, True, False], [False] * 3]
    assert found.judged.all()
    assert "assumption" in found.rule


def test_what_is_of_no_known_section_is_taken_as_essential_and_marked():
    found = essential_inputs(Axis("sector", ("x", "steel"), parents=("", "C")), AXIS)
    assert found.matrix[0].all()
    assert not found.judged[0].any()
    assert found.judged[1].all()


def test_exceptions_of_a_known_table_hold():
    rows = [r for r in table("sectors") if r["list"] == "wiod2013"]
    axis = Axis(
        "sector",
        tuple(r["code"] for r in rows),
        tuple(r["name_en"] for r in rows),
        parents=tuple(r["section"] for r in rows),
    )
    found = essential_inputs(axis, axis)
    clothes, mine, metals = axis.place["c5"], axis.place["c2"], axis.place["c12"]
    assert not found.matrix[clothes, mine]
    assert found.matrix[clothes, axis.place["c4"]]
    assert found.matrix[metals, mine]


def test_exceptions_hold_for_a_table_that_names_its_sectors_itself(nbs2018):
    axis = nbs2018.flows.nodes.sectors
    found = essential_inputs(axis, axis)
    clothes, mine, textiles = axis.place["08"], axis.place["02"], axis.place["07"]
    assert not found.matrix[clothes, mine]
    assert found.matrix[clothes, textiles]


def test_exceptions_do_not_leak_to_other_tables_with_like_codes():
    axis = Axis("sector", ("c5", "c2"), ("Something", "Else"), parents=("C", "B"))
    assert essential_inputs(axis, axis).matrix[0, 1]


def test_a_rule_of_the_users_own_replaces_ours():
    assert given(("steel", "ore", 1)) == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_sections_and_any_are_understood():
    assert given(("C", "B", 1)) == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert given(("*", "ore", 1)) == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]


def test_the_most_exact_line_holds_whatever_the_order():
    exact, general = ("steel", "ore", 0), ("*", "ore", 1)
    assert given(exact, general) == given(general, exact) == [[1, 0, 1], [0] * 3, [0] * 3]


def test_of_equally_exact_lines_the_last_holds():
    assert given(("steel", "ore", 1), ("steel", "ore", 0)) == [[0] * 3] * 3


def test_a_rule_can_be_a_file(tmp_path):
    path = tmp_path / "mine.csv"
    rule(("steel", "ore", 1)).to_csv(path, index=False)
    found = essential_inputs(AXIS, AXIS, path)
    assert np.flatnonzero(found.matrix).tolist() == [1]
    assert "mine.csv" in found.rule


def test_a_rule_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MissingFileError, match="no file"):
        essential_inputs(AXIS, AXIS, tmp_path / "mine.csv")


def test_all_breaches_of_a_rule_are_told_at_once():
    with pytest.raises(TableError) as caught:
        essential_inputs(AXIS, AXIS, rule(("stele", "ore", 1), ("steel", "ore", 2)))
    assert len(caught.value.breaches) == 2
    assert "row 2, column 'user'" in str(caught.value)
    assert "row 3, column 'essential'" in str(caught.value)


def test_a_rule_without_its_columns_is_refused():
    with pytest.raises(TableError, match="column 'product': found no such column"):
        essential_inputs(AXIS, AXIS, pd.DataFrame({"user": ["steel"], "essential": [1]}))
