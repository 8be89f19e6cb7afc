import numpy as np
import pandas as pd
import pytest

from chainwright.errors import LabelError, MissingFileError, ParameterError, TableError
from chainwright.stress.sectors.input_scores import input_scores
from chainwright.system import Axis
from chainwright.system.essentials import essential_inputs

AXIS = Axis("sector", ("ore", "steel", "bank"), parents=("B", "C", "K"))
COLUMNS = ["input_sector", "user_sector", "kind"]


def rows(*given):
    return pd.DataFrame(given, columns=COLUMNS)


def test_our_rule_is_that_of_essential_inputs_and_says_so():
    scores, rule = input_scores(AXIS, AXIS)
    assert (scores == essential_inputs(AXIS, AXIS).matrix).all()
    assert rule.startswith("assumption")


def test_rows_are_read_and_what_is_not_listed_is_none(tmp_path):
    given = rows(("ore", "steel", "essential"), ("bank", "ore", "important"))
    expected = [[0, 1, 0], [0, 0, 0], [0.5, 0, 0]]
    path = tmp_path / "kinds.csv"
    given.to_csv(path, index=False)
    for source in (given, path, str(path)):
        scores, rule = input_scores(AXIS, AXIS, source)
        assert scores.tolist() == expected
        assert "given by the user" in rule


def test_a_matrix_is_taken_as_it_stands():
    given = np.array([[0, 1, 0], [0.5, 0, 0], [0, 0, 1]])
    assert (input_scores(AXIS, AXIS, given)[0] == given).all()
    with pytest.raises(LabelError, match=r"must be \(3, 3\)"):
        input_scores(AXIS, AXIS, given[:2])
    with pytest.raises(ParameterError, match=r"0\.7"):
        input_scores(AXIS, AXIS, given * 0.7)


def test_all_that_is_wrong_is_listed_at_once():
    given = rows(
        ("oar", "steel", "essential"),
        ("ore", "steel", "vital"),
        ("ore", "steel", "none"),
        ("ore", "stele", "none"),
    )
    with pytest.raises(TableError) as wrong:
        input_scores(AXIS, AXIS, given)
    told = str(wrong.value)
    assert len(wrong.value.breaches) == 4
    for words in ("'oar'", "'vital'", "'stele'", "row 4", "each pair once"):
        assert words in told


def test_missing_columns_and_files_are_told(tmp_path):
    with pytest.raises(TableError, match="column 'kind'"):
        input_scores(AXIS, AXIS, rows().drop(columns="kind"))
    with pytest.raises(MissingFileError, match="essential inputs"):
        input_scores(AXIS, AXIS, tmp_path / "none.csv")
