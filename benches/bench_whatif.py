"""A slider on WIOD: an embargo of eight weeks over 365 days, both ends, after the first run."""

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


@pytest.mark.parametrize("threads", [1, 2])
def test_a_slider_moves_within_a_second(threads, figure, smoke):
    system = world(3) if smoke else wiod()
    ready = stress.whatif(system, days=30 if smoke else 365, threads=threads)
    ready.run(question(1.0, smoke))  # compiled, and what the table keeps
    wall, cpu = time.perf_counter(), time.process_time()
    found = ready.run(question(0.8, smoke))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert found.ends == ("pooled", "by_origin")
    lost = [found.losses[end].lost.sum() for end in found.ends]
    assert np.isfinite(lost).all()
    assert lost[1] >= lost[0]
    assert found.runs["by_origin"].steps == (30 if smoke else 365)
    name = f"what-if, WIOD, 365 days, both ends, 32 bits, {threads} thread(s)"
    figure(f"{name}, elapsed", wall, bar=1.0 if threads == 2 else 2.0, unit="s")
    figure(f"{name}, CPU", cpu, bar=2.0, unit="s")


def wiod():
    return System.read(data("wiod2013") / "wiot_2011.npz")
