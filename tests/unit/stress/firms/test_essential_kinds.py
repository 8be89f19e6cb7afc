"""Which inputs are essential: our rule by division, a table, linear; and what is refused."""

import numpy as np
import pandas as pd
import pytest

from chainwright.errors import MissingFileError, ParameterError, TableError
from chainwright.params import table
from chainwright.stress.firms.essential_kinds import essential_kinds
from chainwright.system import Axis


def kinds_of(codes, essential=None):
    """Return the matrix of kinds, inputs in rows, and the words of the rule."""
    found = essential_kinds(Axis("sector", tuple(codes)), essential)
    n = len(codes)
    inputs, users = np.divmod(np.arange(n * n, dtype=np.int32), np.int32(n))
    return found.of(inputs, users).reshape(n, n).tolist(), found.rule


def rules(*rows):
    return pd.DataFrame(rows, columns=["input_sector", "user_sector", "kind"])


def test_goods_are_essential_to_makers_of_goods_and_all_else_is_important():
    kinds, rule = kinds_of(["10", "4520", "46", "K"])
    assert kinds == [[2, 2, 1, 1], [2, 2, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
    assert "Unverified" in rule
    assert "ISIC4" in rule


@pytest.mark.parametrize(
    ("codes", "of"),
    [
        (("C2720", "G", "45"), "ISIC4"),
        (("10.11", "1012", "C10.13"), "NACE2"),
        (("3841", "C39", "51"), "GBT4754"),
    ],
)
def test_codes_are_read_with_and_without_points_and_sections(codes, of):
    _, rule = kinds_of(codes)
    assert f"read as {of}" in rule


def test_codes_of_china_are_goods_where_their_division_of_isic_is():
    kinds, _ = kinds_of(["3841", "4420", "5137", "G"])  # cells, heat, wholesale, transport
    assert kinds[0] == [2, 2, 1, 1]
    assert kinds[2] == [1, 1, 1, 1]


def test_every_division_and_section_of_isic_is_in_the_rule_with_its_source():
    rows = {row["code"]: row for row in table("essential_rule")}
    assert len(rows) == 21 + 88
    assert {code for code, row in rows.items() if row["goods"] == "1" and code.isalpha()} == set(
        "ABCDEF"
    )
    numbers = {int(c): row["goods"] for c, row in rows.items() if c.isdigit()}
    assert all((goods == "1") == (number <= 45) for number, goods in numbers.items())
    assert all("unverified" in row["source"] for row in rows.values())


def test_sectors_of_no_known_list_are_refused_with_what_to_give():
    with pytest.raises(ParameterError, match=r"--essential FILE.*--essential linear") as told:
        kinds_of(["1", "steel", "10"])
    assert "'1', 'steel'" in str(told.value)
    assert "2 of 3" in str(told.value)


def test_linear_makes_every_input_important_whatever_the_codes():
    kinds, rule = kinds_of(["1", "steel"], "linear")
    assert kinds == [[1, 1], [1, 1]]
    assert "linear" in rule


def test_pairs_that_a_table_does_not_list_are_ignored():
    given = rules(("a", "b", "essential"), ("b", "a", "important"), ("a", "a", "none"))
    kinds, rule = kinds_of(["a", "b"], given)
    assert kinds == [[0, 2], [1, 0]]
    assert "ignored" in rule


@pytest.mark.parametrize("written", [("2", "1", "0"), (2, 1, 0), (2.0, 1.0, 0.0)])
def test_digits_are_taken_for_the_words(written):
    two, one, none = written
    given = rules(("a", "b", two), ("b", "a", one), ("b", "b", none))
    assert kinds_of(["a", "b"], given)[0] == [[0, 2], [1, 0]]


def test_a_table_may_know_more_sectors_than_the_firms_have():
    given = rules(("a", "z", "essential"), ("a", "b", "Essential"))
    assert kinds_of(["a", "b"], given)[0] == [[0, 2], [0, 0]]


def test_a_file_is_read_with_leading_zeros_kept(tmp_path):
    path = tmp_path / "essential.csv.gz"
    rules(("01", "10", "essential"), ("1", "10", "important")).to_csv(path, index=False)
    kinds, rule = kinds_of(["01", "10"], str(path))
    assert kinds == [[0, 2], [0, 0]]
    assert "essential.csv.gz" in rule


def test_all_that_is_wrong_in_a_table_is_said_at_once():
    given = rules(("a", "b", "vital"), ("a", "b", "none"), ("", "a", "none"))
    with pytest.raises(TableError) as told:
        kinds_of(["a", "b"], given)
    text = str(told.value)
    assert len(told.value.breaches) == 3
    assert "'vital'" in text
    assert "essential (2), important (1) or none (0)" in text
    assert "again" in text


def test_a_table_of_other_codes_is_refused():
    with pytest.raises(TableError, match="no pair of sectors of the firms"):
        kinds_of(["01", "10"], rules(("1", "10.0", "essential")))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(MissingFileError, match=r"none\.csv"):
        kinds_of(["01"], tmp_path / "none.csv")


def test_a_word_that_is_no_file_is_told_the_word_linear():
    with pytest.raises(MissingFileError, match=r"or the word linear\. Did you mean linear\?"):
        kinds_of(["01"], "lineal")
    with pytest.raises(MissingFileError, match=r"no file inputs\.csv.*or the word linear\.$"):
        kinds_of(["01"], "inputs.csv")
