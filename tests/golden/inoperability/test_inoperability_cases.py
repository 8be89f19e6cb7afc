"""Inoperability: every worked case that the literature prints."""

import numpy as np
import pytest

from chainwright import System
from chainwright.stress.sectors.coupling import Coupling
from chainwright.stress.sectors.inoperability_course import (
    dynamic_inoperability,
    recovering_inoperability,
    static_inoperability,
)
from toys import long_table

FOUR = [[0, 0.9, 0, 0], [0.4, 0, 0, 0], [1, 0.8, 0, 0], [1, 0.9, 0, 0]]

STATIC = {
    "T1": ([[0, 0.8], [0.2, 0]], (0, 0.6), (4 / 7, 5 / 7), 1e-12),
    "T2": (FOUR, (0, 0.5, 0, 0), (0.703125, 0.78125, 1.328125, 1.40625), 1e-12),
    "T3": (
        [[0, 0, 0.3], [0.4, 0, 0], [0.2, 0.6, 0]],
        (0, 0, 0.12),
        (0.04147465, 0.01658986, 0.13824885),
        5e-9,
    ),
    "T5": ([[0.15, 0.5], [0.1, 0.05]], (0, 0.1), (0.0660066, 0.1122112), 5e-8),
}

LIAN = Coupling.of_matrix([[0.15, 0.5], [0.1, 0.05]])
K = np.array([0.2, 0.2])

Z = [[175, 280, 280, 140], [140, 315, 350, 280], [245, 140, 280, 140], [175, 280, 105, 280]]
OUTPUT = [1225, 1610, 1085, 1015]
PRINTED = [
    [0.14, 0.17, 0.26, 0.14],
    [0.11, 0.20, 0.32, 0.28],
    [0.20, 0.09, 0.26, 0.14],
    [0.14, 0.17, 0.10, 0.28],
]


@pytest.mark.parametrize("case", STATIC)
def test_a_lasting_perturbation_comes_to_rest_where_the_paper_says(case):
    matrix, direct, expected, printed = STATIC[case]
    found = static_inoperability(Coupling.of_matrix(matrix), direct)
    np.testing.assert_allclose(found, expected, atol=printed, rtol=0)
    assert found.min() > 0.0


def test_t2_is_clipped_where_more_is_asked_than_there_is():
    found = static_inoperability(Coupling.of_matrix(FOUR), (0, 0.5, 0, 0)).clip(0, 1)
    np.testing.assert_allclose(found, (0.703, 0.781, 1, 1), atol=5e-4)
    assert (found[2:] == 1.0).all()


def test_t4_the_supply_side_is_the_table_of_input_shares_turned():
    sectors = ["A:a", "A:b", "A:c", "A:d"]
    cells = {(s, u): Z[i][j] for i, s in enumerate(sectors) for j, u in enumerate(sectors)}
    final = {(s, "A:y"): OUTPUT[i] - sum(Z[i]) for i, s in enumerate(sectors)}
    flows = System.from_table(long_table(intermediate=cells, final=final)).flows
    np.testing.assert_allclose(flows.output, OUTPUT)
    np.testing.assert_allclose(flows.coefficients(), PRINTED, atol=0.015)
    supply, demand = Coupling.of(flows, "supply"), Coupling.of(flows, "demand")
    np.testing.assert_allclose(supply.dense(), flows.coefficients().T, rtol=1e-14)
    np.testing.assert_allclose(demand.dense(), np.array(Z) / np.array(OUTPUT)[:, None])
    assert supply.times(np.ones(4)) == pytest.approx(flows.coefficients().sum(axis=0))


def test_t5_the_dynamic_course_starts_and_ends_as_printed():
    always = np.tile([0.0, 0.1], (99, 1))
    found = dynamic_inoperability(LIAN, always, K)
    first = [(0, 0), (0, 0.02), (0.002, 0.0362), (0.00528, 0.049362)]
    np.testing.assert_allclose(found[:4], first, atol=1e-15)
    rest = static_inoperability(LIAN, (0, 0.1))
    assert np.abs(found[99] - rest).max() < 1e-6


def test_t5_the_area_under_a_window_of_perturbation():
    window = np.zeros((99, 2))
    window[:30, 1] = 0.1  # t = 1 .. 30 of 0 .. 99
    found = dynamic_inoperability(LIAN, window, K)
    area = np.trapezoid(found, axis=0)
    assert area == pytest.approx([1.980144350, 3.366317449], abs=1e-7)


def test_t6_recovery_follows_the_exponential_of_the_matrix():
    found = recovering_inoperability(LIAN, K, (0, 0.1), 100)
    assert found[0].tolist() == [0.0, 0.1]
    assert found[10] == pytest.approx([0.01711454, 0.01658466], abs=5e-9)
    assert found[99].max() < 1e-4


def test_t7_third_order_interdependency():
    third = np.linalg.matrix_power(Coupling.of_matrix(FOUR).dense(), 3)
    assert third.max(axis=1) == pytest.approx([0.324, 0.144, 0.36, 0.36])
