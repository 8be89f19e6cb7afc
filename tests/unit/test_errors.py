import builtins
import pickle

import pytest

from chainwright import errors
from chainwright.errors import (
    SHOWN,
    Breach,
    ChainwrightError,
    InfeasibleError,
    MissingPartError,
    ParameterError,
    TableError,
    UnknownCodeError,
    near,
)

ABC = Breach("row 3, column 'value'", "'abc'", "a number", "Write it as 1234.5.")


def all_errors():
    return [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]


def test_a_breach_says_where_what_was_found_what_was_expected_and_what_to_do():
    assert str(ABC) == (
        "row 3, column 'value': found 'abc', expected a number. Write it as 1234.5."
    )


def test_a_table_error_lists_every_breach():
    other = Breach("row 4, column 'value'", "nan", "a number", "Write the amount.")
    error = TableError("flows.csv", [ABC, other])
    assert error.breaches == (ABC, other)
    assert str(error) == f"flows.csv cannot be used as it is, in 2 places:\n  - {ABC}\n  - {other}"


def test_one_breach_is_one_place():
    assert str(TableError("flows.csv", [ABC])).startswith(
        "flows.csv cannot be used as it is, in 1 place:"
    )


def test_a_long_list_is_cut_in_the_message_and_kept_in_the_error():
    error = TableError("flows.csv", [ABC] * (SHOWN + 5))
    assert len(error.breaches) == SHOWN + 5
    assert str(error).count("row 3") == SHOWN
    assert str(error).endswith("... and 5 more of the same kind")


def test_an_unknown_code_suggests_near_ones_whatever_their_case():
    assert str(UnknownCodeError("chn", "region", ["CHN", "USA"])) == (
        "'chn' is no known region. Did you mean CHN?"
    )


def test_an_unknown_code_without_near_ones_lists_what_is_known():
    assert str(UnknownCodeError("x", "sector", ["C3841"])) == (
        "'x' is no known sector. Known are C3841."
    )
    many = [f"K{i}" for i in range(10)]
    assert str(UnknownCodeError("zz", "sector", many)).endswith("K7 and 2 more.")


def test_near_words_are_offered_and_far_ones_are_not():
    assert near("sektor", ["sector", "region"]) == " Did you mean sector?"
    assert near("xyz", ["sector", "region"]) == ""


def test_a_parameter_error_says_what_was_expected():
    error = ParameterError("cut", "dropped_chains", "a number from 0.0 to 1.0 [share]", 7)
    assert str(error) == (
        "The 'cut' parameter of dropped_chains must be a number from 0.0 to 1.0 [share]. Got 7."
    )


def test_a_missing_part_says_what_is_lacking_and_what_to_do():
    error = MissingPartError("the part 'trade'", "Read a table that has it.")
    assert str(error) == (
        "This question needs the part 'trade', which the system lacks. Read a table that has it."
    )


@pytest.mark.parametrize("error", all_errors())
def test_each_error_is_in_the_drawn_tree_with_its_builtin(error):
    assert issubclass(error, ChainwrightError)
    drawn = [line.split() for line in errors.__doc__.splitlines() if error.__name__ in line.split()]
    assert len(drawn) == 1
    if error is not ChainwrightError:
        assert issubclass(error, getattr(builtins, drawn[0][-1]))
        assert error.__name__ in errors.__all__


def test_no_answer_has_its_own_exit_code():
    assert (ChainwrightError.exit_code, InfeasibleError.exit_code) == (2, 3)


@pytest.mark.parametrize(
    "error",
    [
        TableError("flows.csv", [ABC]),
        ParameterError("share", "a blow", "at most 1", 2.0),
        UnknownCodeError("c1", "sector", ["c14"]),
        MissingPartError("flows"),
        InfeasibleError("No plan."),
        errors.MissingFileError("no such file"),
    ],
)
def test_an_error_of_another_process_is_the_same_here(error):
    error.add_note("in draw 3")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert again.__notes__ == ["in draw 3"]
