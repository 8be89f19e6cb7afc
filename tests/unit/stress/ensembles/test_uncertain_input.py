"""What an input may be: its forms against their textbook laws, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.stress import UncertainInput

SHARES = np.linspace(0.001, 0.999, 201)

FORMS = {
    "range": (
        UncertainInput(input="psi", form="range", low=0.6, high=0.9),
        stats.uniform(0.6, 0.3),
    ),
    "triangular": (
        UncertainInput(input="stock_factor", form="triangular", low=0.5, mode=1.0, high=3.0),
        stats.triang(0.2, 0.5, 2.5),
    ),
    "rising triangle": (
        UncertainInput(input="size_factor", form="triangular", low=1.0, mode=2.0, high=2.0),
        stats.triang(1.0, 1.0, 1.0),
    ),
    "normal": (
        UncertainInput(input="start_shift_days", form="normal", mean=3.0, sd=2.0),
        stats.norm(3.0, 2.0),
    ),
    "bounded normal": (
        UncertainInput(input="restoration_days", form="normal", mean=60.0, sd=20, low=20, high=70),
        stats.truncnorm(-2.0, 0.5, 60.0, 20.0),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_the_inverse_of_its_textbook_distribution(form):
    ours, textbook = FORMS[form]
    np.testing.assert_allclose(ours.value(SHARES), textbook.ppf(SHARES), rtol=1e-9)


@given(share=st.floats(0.0, 1.0), name=st.sampled_from(sorted(FORMS)))
def test_no_value_leaves_its_bounds(share, name):
    ours = FORMS[name][0]
    low, high = ours.bounds
    assert low <= ours.value(share) <= high


def test_a_range_of_one_value_is_that_value():
    fixed = UncertainInput(input="psi", form="triangular", low=0.7, mode=0.7, high=0.7)
    assert (fixed.value(SHARES) == 0.7).all()


REFUSED = {
    "an unknown input": (UnknownCodeError, "stock_factor", {"input": "stock_facto"}),
    "an unknown form": (UnknownCodeError, "triangular", {"form": "triangle"}),
    "a missing bound": (ParameterError, "'high' parameter of a range psi", {"high": None}),
    "a number of another form": (ParameterError, "left out", {"mode": 0.7}),
    "a range upside down": (ParameterError, "low <= high", {"low": 0.9, "high": 0.6}),
    "a share above one": (ParameterError, r"within 0 to 1 \[share\]", {"high": 1.5}),
    "no number": (ParameterError, "finite", {"low": float("nan")}),
    "a blow of a model's input": (ParameterError, "for one of size_factor", {"blow": 1}),
    "a mode outside": (
        ParameterError,
        "from 0.6 to 0.9",
        {"form": "triangular", "mode": 1.0},
    ),
    "no spread": (ParameterError, "above 0", {"form": "normal", "mean": 0.7, "sd": 0.0}),
    "bounds far from the bell": (
        ParameterError,
        "bounds that the bell reaches",
        {"form": "normal", "mean": 0.01, "sd": 0.01},
    ),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_wrong_numbers_are_refused_in_words(wrong):
    error, said, changed = REFUSED[wrong]
    with pytest.raises(error, match=said):
        UncertainInput(**{"input": "psi", "form": "range", "low": 0.6, "high": 0.9, **changed})


def test_an_input_without_a_source_is_marked_as_an_assumption():
    said = {"input": "size_factor", "form": "range", "low": 0.9, "high": 1.1, "blow": 2}
    assert UncertainInput(**said).assumed
    assert not UncertainInput(**said, source="Eurostat 2024").assumed
    assert UncertainInput(**said).label == "size_factor of blow 2"
    assert UncertainInput(**said).to_dict() == {**said, "source": "assumption"}
