"""Reserves of the 30 critical materials of 2024 against 1,000 outages: the whole command."""

import time

import pytest

from chainwright.cli import main
from real import data

HOMES = ("CHN", "JPN", "EU27")


@pytest.mark.parametrize("home", HOMES)
def test_30_codes_and_1000_outages_of_every_country(home, figure, smoke, tmp_path):
    file = data("critical_materials") / "baci_2024_32materials_value_qty.csv.gz"
    words = ["reserve", "minerals", str(file), "--home", home, "--classification", "HS2017"]
    words += ["--draws", "100" if smoke else "1000", "-o", str(tmp_path / "out")]
    wall, cpu = time.perf_counter(), time.process_time()
    with pytest.raises(SystemExit) as stopped:
        main(words)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert not stopped.value.code
    rows = (tmp_path / "out" / "mineral_reserves.csv").read_text("utf-8").splitlines()
    assert len([row for row in rows if not row.startswith("#")]) == 31
    name = f"mineral reserves, 30 codes, 1,000 outages, {home}"
    figure(f"{name}, CPU", cpu, bar=30.0, unit="s")
    figure(f"{name}, elapsed", wall, bar=30.0, unit="s")
