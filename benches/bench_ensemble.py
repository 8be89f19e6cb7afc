"""A thousand draws of a year on WIOD 2011: in two processes, and Dask against one process."""

import resource
import time
import warnings

import numpy as np
from distributed import LocalCluster

from chainwright import stress

MIB = 2**20
CUT = stress.Blow("supply_cut", regions="JPN", products="c14", share=0.9, start_day=7, days=56)
SHUT = stress.Blow("capacity", regions="CHN", share=0.2, days=28, recovery="linear",
                   recovery_days=56)  # fmt: skip
INPUTS = (
    stress.UncertainInput(input="size_factor", form="range", low=0.5, high=1.1, blow=1),
    stress.UncertainInput(input="length_factor", form="triangular", low=0.5, mode=1, high=2),
    stress.UncertainInput(input="psi", form="range", low=0.7, high=0.9),
    stress.UncertainInput(input="stock_factor", form="range", low=0.8, high=1.5),
)
UNCERTAIN = stress.Uncertainty(INPUTS)


def asked(system, draws, days, **more):
    """Return an ensemble of an embargo, a closure beside it where there are such regions."""
    codes = system.flows.nodes.regions.codes
    blows = [blow for blow in (CUT, SHUT) if blow.regions[0] in codes]
    if not blows:  # the stand-in of a smoke run
        blows = [stress.Blow("capacity", regions=codes[0], share=0.3, days=5)]
    model = stress.InventoryModel.boario()
    return stress.ensemble(
        system, stress.Shock(tuple(blows)), draws=draws, days=days, model=model,
        uncertain=UNCERTAIN, seed=1, **more,
    )  # fmt: skip


def same_bits(one, other):
    """Whether two ensembles are equal in every bit of every draw."""
    return all((one.found[name] == other.found[name]).all() for name in one.found)


def test_1000_draws_of_a_year_in_two_processes(subject, smoke, figure):
    system = subject("wiod2011")
    draws, days = (6, 10) if smoke else (1000, 365)
    asked(system, 2, 2, executor="processes", workers=2)  # compiles what there is to compile
    cpu = [resource.getrusage(who).ru_utime for who in BOTH]
    wall = time.perf_counter()
    found = asked(system, draws, days, executor="processes", workers=2)
    tables = found.tables()
    wall = time.perf_counter() - wall
    cpu = sum(resource.getrusage(who).ru_utime for who in BOTH) - sum(cpu)
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MIB
    assert len(tables["ensemble_draws"]) == draws
    assert len(tables["ensemble_by_day"]) == days
    assert np.isfinite(tables["ensemble_totals"]["lost_output"]).all()
    assert found.lost("output").std() > 0.0
    figure("1,000 draws of a year, 1,435 nodes, elapsed", wall, bar=180.0, unit="s")
    figure("the same, CPU of all processes", cpu, bar=360.0, unit="s")
    figure("the same, peak of a worker with its share of the table", worker, bar=800.0, unit="MiB")


BOTH = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def test_two_dask_workers_give_the_bits_of_one_process_faster(subject, smoke, figure):
    system = subject("wiod2011")
    draws, days = (6, 10) if smoke else (200, 365)
    asked(system, 2, 2)
    wall = time.perf_counter()
    alone = asked(system, draws, days, batch=2 if smoke else 16)
    alone_wall = time.perf_counter() - wall
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Dask itself, as it ends
        with LocalCluster(
            n_workers=2, threads_per_worker=1, processes=not smoke, protocol="tcp",
            dashboard_address=None,
        ) as cluster:  # fmt: skip
            address = cluster.scheduler_address
            asked(system, 4, 2, batch=1, executor=address)  # workers import and load
            wall = time.perf_counter()
            found = asked(system, draws, days, batch=2 if smoke else 16, executor=address)
            wall = time.perf_counter() - wall
    assert same_bits(found, alone)
    assert found.draws == draws
    ratio = alone_wall / wall
    figure("200 draws, one process / two Dask workers, elapsed", ratio, bar=1.6, least=True)
