"""From an event to its dispatch list: a region of the made-up maker, in a warm process."""

import tempfile
import time

import pytest

from chainwright.plan import dispatch, event_area
from chainwright.records import IncidentLog
from chainwright.system import System

BAR = 2.0
"""Seconds from an event to its dispatch list (CPU: the machine is shared)."""


@pytest.fixture(scope="module")
def maker():
    system = System.demo("maker")
    dispatch(system, flooded(system, "CHN:Tianjin"), scenario="potential").table()  # warm
    return system


def flooded(system, region):
    """Return a new log in which all sites of a region are potential."""
    area = {"kind": "region", "codes": [region]}
    folder = tempfile.mkdtemp()
    sites = event_area(system, area).sites
    return IncidentLog.create(
        f"{folder}/flood.jsonl", title="Flood", area=area, by="bench", sites=sites
    )


@pytest.mark.parametrize(("region", "sites"), [("CHN:Anhui", 63), ("CHN:Jiangsu", 137)])
def test_from_an_event_to_its_dispatch_list(maker, region, sites, capsys):
    began = time.process_time()
    log = flooded(maker, region)
    found = dispatch(maker, log, scenario="potential")
    rows = found.table()
    spent = time.process_time() - began
    with capsys.disabled():
        print(f"\n{region}: {len(log.statuses())} sites, {len(rows)} steps, {spent:.2f} CPU-s")  # noqa: T201
    assert len(log.statuses()) == sites
    assert set(rows["action"]) >= {"allocate", "restart", "cut"}
    assert found.estimate.loss[1] > 0.0
    if region == "CHN:Anhui":
        assert spent < BAR
