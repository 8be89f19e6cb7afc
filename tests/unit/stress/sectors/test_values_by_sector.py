import pytest

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress.sectors.values_by_sector import by_node
from chainwright.system import Nodes

NODES = Nodes.of([("A", "m"), ("A", "k"), ("B", "m"), ("B", "k")])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (3.0, [3, 3, 3, 3]),
        ({"*": 2.0}, [2, 2, 2, 2]),
        ({"A": 1.0, "B": 4.0}, [1, 1, 4, 4]),
        ({"A": 1.0, "m": 5.0, "*": 9.0}, [5, 1, 5, 9]),
        ({"B:k": 7.0, "k": 6.0, "*": 1.0}, [1, 6, 1, 7]),
        ({"*": 1.0, "k": 6.0, "B:k": 7.0}, [1, 6, 1, 7]),
    ],
)
def test_the_most_exact_word_holds_whatever_the_order(given, expected):
    assert by_node(NODES, given, "x").tolist() == expected


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"z": 1.0, "*": 1.0}, UnknownCodeError, "z"),
        ({"A:z": 1.0, "*": 1.0}, UnknownCodeError, "A:z"),
        ({"A": 1.0}, ParameterError, "B:m has none"),
        (0.0, ParameterError, "above zero"),
        (float("nan"), ParameterError, "above zero"),
        ({"*": float("inf")}, ParameterError, "finite"),
    ],
)
def test_unknown_words_and_odd_numbers_are_refused(given, error, words):
    with pytest.raises(error, match=words):
        by_node(NODES, given, "x")
