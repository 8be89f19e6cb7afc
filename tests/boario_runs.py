"""Runs of BoARIO 0.7.2, the reference model: an oracle, never part of ours."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pymrio

RECORDS = {
    "production_realised": "production",
    "production_capacity": "capacity",
    "intermediate_demand": "intermediate_demand",
    "final_demand": "final_demand",
    "rebuild_demand": "rebuild_demand",
    "rebuild_prod": "rebuild_delivered",
    "final_demand_unmet": "unmet_by_region",
    "productive_capital_to_recover": "capital_to_recover",
}
"""Its records by our names for them; what is unmet it counts by using region and product."""


@dataclass(frozen=True)
class Event:
    """One event of BoARIO's: capital destroyed, which recovers or is rebuilt."""

    impact: pd.Series
    kind: str
    occurrence: int
    duration: int
    tau: int
    curve: str = "linear"
    rebuilding: tuple[tuple[str, float], ...] = ()


def made_io(regions, sectors, seed=7, *, inputs=0.5):
    """Return a dense random table as pymrio's IOSystem, labels in alphabetical order."""
    rng = np.random.default_rng(seed)
    n = regions * sectors
    places = [f"r{i:02d}" for i in range(regions)]
    labels = pd.MultiIndex.from_product(
        [places, [f"s{i:02d}" for i in range(sectors)]], names=["region", "sector"]
    )
    users = pd.MultiIndex.from_product([places, ["final"]], names=["region", "category"])
    output = rng.lognormal(8.0, 1.0, n)
    shares = rng.uniform(0.05, 1.0, (n, n))
    shares *= inputs * rng.uniform(0.8, 1.2, n) / shares.sum(axis=0)
    matrix = shares * output
    final = np.maximum(output - matrix.sum(axis=1), 0.1 * output)
    split = rng.dirichlet(np.ones(regions), n)
    io = pymrio.IOSystem(
        Z=pd.DataFrame(matrix, labels, labels),
        Y=pd.DataFrame(final[:, None] * split, labels, users),
        unit=pd.DataFrame({"unit": ["M"] * n}, labels),
    )
    return io.calc_all()


def impact_of(io, nodes, total):
    """Return an impact on nodes, divided in proportion to their output."""
    output = io.x.loc[nodes].sum(axis=1)
    return total * output / output.sum()


def boario_model(io, **options):
    """Return BoARIO's model of a table; a million is the unit of table and events."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from boario.extended_models import ARIOPsiModel  # noqa: PLC0415

        return ARIOPsiModel(io, monetary_factor=10**6, **options)


def boario_run(io, events, steps, **options):
    """Return BoARIO's records by our names, each a frame of steps x (region, sector)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from boario.event import from_series  # noqa: PLC0415
        from boario.simulation import Simulation  # noqa: PLC0415

        model = boario_model(io, **options)
        simulation = Simulation(model, n_temporal_units_to_sim=steps)
        for event in events:
            how = {"recovery_tau": event.tau, "recovery_function": event.curve}
            if event.kind == "rebuild":
                sectors = dict(event.rebuilding)
                how = {"rebuild_tau": event.tau, "rebuilding_sectors": sectors}
            simulation.add_event(
                from_series(
                    event.impact, event_type=event.kind, occurrence=event.occurrence,
                    duration=event.duration, event_monetary_factor=10**6, **how,
                )
            )  # fmt: skip
        simulation.loop()
    return {ours: getattr(simulation, theirs) for theirs, ours in RECORDS.items()}
