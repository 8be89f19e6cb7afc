"""Accounts of 3,800 firms in 36 months from 5.3 million readings, and of one firm alone."""

import time

import numpy as np
import pytest

from chainwright import carbon
from chainwright.system import System

FIRMS, MONTHS = 3_800, 36
SMALL = 60


@pytest.fixture(scope="module")
def city(smoke):
    return System.demo("city", firms=SMALL if smoke else FIRMS, months=MONTHS)


def test_accounts_of_a_city(city, figure):
    carbon.account(carbon.alone(city, city.firms.axis.codes[0]))  # imports and facts
    wall, cpu = time.perf_counter(), time.process_time()
    found = carbon.account(city)
    year = found.rolling(12)
    wide = year.half_width
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert found.net.shape == (len(city.firms.table), MONTHS)
    assert np.isfinite(year.net[:, -1]).mean() > 0.95
    assert (wide[np.isfinite(wide)] > 0.0).all()
    name = f"accounts, {FIRMS:,} firms x {MONTHS} months, windows and half widths"
    figure(f"{name}, CPU", cpu, bar=10.0, unit="s")
    figure(f"{name}, elapsed", wall, bar=10.0, unit="s")


def test_the_account_of_one_firm(city, figure):
    own = carbon.alone(city, city.firms.axis.codes[1])
    carbon.account(own)
    runs = 20
    cpu = time.process_time()
    for _ in range(runs):
        net = carbon.account(own).rolling(12).net
    cpu = (time.process_time() - cpu) / runs
    assert np.isfinite(net[0, -1])
    figure("account of one firm from its readings, CPU", 1000.0 * cpu, bar=20.0, unit="ms")
