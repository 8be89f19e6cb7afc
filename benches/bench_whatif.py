"""A slider on WIOD: an embargo of eight weeks, both ends, after the first run.

Half a year is the horizon of `stress.whatif`; a whole year is measured beside it.
"""

import time

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.stress import Blow, Shock
from real import data
from worlds import world


def question(share, smoke):
    region, product, buyer = ("R0", "s1", "R1") if smoke else ("JPN", "c14", "CHN")
    blow = Blow("supply_cut", regions=region, products=product, buyers=buyer, share=share, days=56)
    return Shock((blow,))


@pytest.mark.parametrize(("days", "bar"), [(182, 1.0), (365, 2.0)])
def test_a_slider_moves_within_a_second(days, bar, figure, smoke):
    system = world(3) if smoke else wiod()
    days = 30 if smoke else days
    ready = stress.whatif(system, days=days)
    ready.run(question(1.0, smoke))  # compiled, and what the table keeps
    wall, cpu = time.perf_counter(), time.process_time()
    found = ready.run(question(0.8, smoke))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert found.ends == ("pooled", "by_origin")
    lost = [found.losses[end].lost.sum() for end in found.ends]
    assert np.isfinite(lost).all()
    assert lost[1] >= lost[0]
    assert found.runs["by_origin"].steps == days
    name = f"what-if, WIOD, {days} days, both ends, 32 bits"
    figure(f"{name}, elapsed", wall, bar=bar, unit="s")
    figure(f"{name}, CPU", cpu, bar=2.0 * bar, unit="s")


def wiod():
    return System.read(data("wiod2013") / "wiot_2011.npz")
