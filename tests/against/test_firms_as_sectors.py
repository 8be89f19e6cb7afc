"""pymrio's test table as a network of firms, one a region and sector, against the sector model."""

import numpy as np
import pymrio
import pytest

from chainwright import System
from chainwright.stress import Blow, Economy, InventoryModel, Shock, simulate_pooled
from chainwright.stress.firms.firm_economy import FirmEconomy
from chainwright.stress.firms.firm_inventories import simulate_firms
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.sector_hits import sector_blows
from firm_worlds import as_firms

HIT = ("reg1:manufactoring", "reg1:mining")
BLOWS = {
    "recovery": Blow("capital", nodes=HIT, share=0.3, start_day=1, days=15,
                     recovery="linear", recovery_days=90),
    "rebuilding": Blow("capital", nodes=HIT, share=0.02, start_day=1, days=15,
                       recovery="rebuild", recovery_days=180,
                       rebuilding={"construction": 0.55, "manufactoring": 0.45}),
}  # fmt: skip


@pytest.mark.parametrize("stock", [10.0, 90.0])
@pytest.mark.parametrize("recovery", BLOWS)
def test_firms_of_pymrios_test_table_are_its_sectors(recovery, stock):
    system = System.from_pymrio(pymrio.load_test().calc_all())
    links, shock = as_firms(system), Shock((BLOWS[recovery],))
    model = InventoryModel(rationing="proportional", stock_days=stock)
    economy = Economy.of(system)
    sectors = simulate_pooled(economy, sector_blows(system, shock, 200), model)
    firms = simulate_firms(
        FirmEconomy.of(links), firm_blows(links, shock, 200), model, record=["production"]
    )
    away = np.abs(sectors.production - firms.of("production")) / economy.x0.max()
    assert away.max() <= 1e-9
    assert sectors.production.min() < firms.economy.x0.max()
