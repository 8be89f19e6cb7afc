"""What all benches share: the subjects, whether this is a smoke run, and the figures kept."""

import os

import pytest

from registry import SUBJECTS

FIGURES = pytest.StashKey[list]()


def pytest_configure(config):
    """Begin with no figure."""
    config.stash[FIGURES] = []


@pytest.fixture(scope="session")
def smoke(request):
    """Whether the benches only show that they still run (``--benchmark-disable``)."""
    return bool(request.config.getoption("benchmark_disable", default=False))


@pytest.fixture(scope="session")
def subject(smoke):
    """Give the system of a name in the registry: the small stand-in in a smoke run."""
    made = {}

    def give(name):
        if name not in made:
            made[name] = SUBJECTS[name].small() if smoke else SUBJECTS[name].full()
        return made[name]

    return give


@pytest.fixture
def figure(request, smoke):
    """Keep a figure for the closing table, beside its bar, and hold it to the bar.

    ``figure("accounts, wall / pymrio", 0.21, bar=0.25)``: at most the bar; ``least=True``: at
    least. A smoke run keeps no figure and holds none to a bar: its subjects are small.
    """

    def keep(name, value, *, bar, unit="", least=False):
        if smoke:
            return
        reached = value >= bar if least else value <= bar
        request.config.stash[FIGURES].append((name, value, bar, unit, least, reached))
        assert reached, f"{name}: {value:.4g} {unit}, the bar is {bar:.4g}"

    return keep


def pytest_terminal_summary(terminalreporter, config):
    """Write the figures beside their bars."""
    kept = config.stash[FIGURES]
    if not kept:
        return
    terminalreporter.section(f"figures, {os.cpu_count()} cores")
    for name, value, bar, unit, least, reached in kept:
        sign = ">=" if least else "<="
        verdict = "reached" if reached else "NOT REACHED"
        terminalreporter.line(f"{name:<58} {value:>10.4g} {sign} {bar:<8.4g} {unit:<6} {verdict}")
