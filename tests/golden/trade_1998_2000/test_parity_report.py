"""The figures of the parity report, computed again: each row of its table as it is printed."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose import complexity
from chainwright.diagnose.product_space.outlook import outlook_index
from real import data

REPORT = Path(__file__).parents[3] / "docs" / "explain" / "complexity-conventions.md"


@pytest.fixture(scope="module")
def answers():
    path = data("trade_sitc4_1998_2000") / "world_trade_avg_1998_2000_sitc4.parquet"
    rows = pd.read_parquet(path).rename(columns={"country": "place"})
    asked = {
        "lab": {},
        "stata": {"convention": "stata"},
        "r": {"convention": "r"},
        "reflected": {"convention": "r", "method": "reflections"},
        "open": {"diagonal": 0.0},
    }
    return {name: complexity(rows, **given) for name, given in asked.items()}


def z(numbers):
    return (numbers - numbers.mean()) / numbers.std()


def gap(one, other):
    return f"{np.abs(one - other).max():.2g}"


def moved(one, other):
    ranks = [pd.Series(-numbers).rank() for numbers in (one, other)]
    return f"{(ranks[0] - ranks[1]).abs().max():.0f}"


def fresh_fitness(present, updates):
    F, Q = np.ones(len(present)), np.ones(present.shape[1])
    for _ in range(updates):
        F = present @ Q / np.mean(present @ Q)
        Q = 1.0 / (present.T @ (1.0 / F))
        Q = Q / Q.mean()
    return F


def figures(answers):
    """Return the first cell of each row of the table and its figures."""
    lab, stata, r = answers["lab"], answers["stata"], answers["r"]
    reflected, open_ = answers["reflected"], answers["open"]
    M, N, phi = lab.present.astype(float), 1.0 - lab.present, open_.proximity
    normalised = z(outlook_index(lab.density, lab.present, lab.pci))
    gain = N * (N @ (phi * z(lab.pci)[:, None]) / phi.sum(axis=0))
    mean = np.array([r.pci[row].mean() for row in r.present])
    absent = ~lab.present
    return {
        "`stata` against `growthlab`: ECI": (gap(stata.eci, lab.eci), moved(stata.eci, lab.eci)),
        "`stata` against `growthlab`: COI": (gap(stata.coi, lab.coi), moved(stata.coi, lab.coi)),
        "`stata` against `growthlab`: fitness": (
            gap(stata.fitness, lab.fitness),
            moved(stata.fitness, lab.fitness),
        ),
        "`r` against `growthlab`: ECI": (gap(r.eci, lab.eci), moved(r.eci, lab.eci)),
        "`r` against `growthlab`: PCI": (gap(r.pci, lab.pci), moved(r.pci, lab.pci)),
        "`r`: ECI against the mean PCI of what a place has": (gap(r.eci, mean), moved(r.eci, mean)),
        "20 reflections against the eigenvector: ECI": (
            gap(reflected.eci, r.eci),
            moved(reflected.eci, r.eci),
        ),
        "20 reflections against the eigenvector: PCI": (
            gap(reflected.pci, r.pci),
            moved(reflected.pci, r.pci),
        ),
        "Diagonal 1 against 0: density of what a place has not": (
            gap(lab.density[absent], open_.density[absent]),
            "-",
        ),
        "Diagonal 1 against 0: COI": (gap(lab.coi, open_.coi), moved(lab.coi, open_.coi)),
        "COI with the normalised PCI in K's place": (
            gap(normalised, lab.coi),
            moved(normalised, lab.coi),
        ),
        "COG with the target's sum and z-scored PCI (econcomplex): correlation": (
            f"{np.corrcoef(gain[absent], open_.cog[absent])[0, 1]:.3f}",
            "-",
        ),
        "Fitness after 19 updates, fresh F in Q (econcomplex)": (
            gap(fresh_fitness(M, 19), lab.fitness),
            moved(fresh_fitness(M, 19), lab.fitness),
        ),
    }


def test_each_figure_of_the_report_is_the_one_that_comes_out(answers):
    text = REPORT.read_text("utf-8")
    for row, cells in figures(answers).items():
        printed = re.search(rf"^\| {re.escape(row)} \| (\S+) \| (\S+) \|$", text, re.MULTILINE)
        assert printed is not None, row
        assert printed.groups() == cells, row
