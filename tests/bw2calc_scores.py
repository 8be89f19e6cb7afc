"""Runs in the environment of bw2calc: a technosphere comes as a file, scores and seconds go out."""

import json
import sys
import time
import warnings

import numpy as np


def packed(held, spread):
    """Return bw2calc's data package of ``I - T``, of direct emissions and one characterisation.

    Lognormal amounts around the given ones where `spread` is above nought.
    """
    import bw_processing as bwp  # noqa: PLC0415 - there alone

    n = len(held["direct"])
    product, activity, flow = 0, n, 2 * n

    def indices(row, column):
        found = np.empty(len(row), dtype=bwp.INDICES_DTYPE)
        found["row"], found["col"] = row, column
        return found

    def lognormal(amount):
        found = np.zeros(len(amount), dtype=bwp.UNCERTAINTY_DTYPE)
        found["uncertainty_type"], found["scale"] = 2, spread
        found["loc"] = np.log(np.abs(amount))
        found["negative"] = amount < 0
        found["minimum"] = found["maximum"] = np.nan
        return {"distributions_array": found} if spread else {}

    package = bwp.create_datapackage(sum_inter_duplicates=True, sum_intra_duplicates=True)
    every = np.arange(n)
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=indices(product + every, activity + every),
        data_array=np.ones(n),
    )
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=indices(product + held["supplier"], activity + held["user"]),
        data_array=held["amount"],
        flip_array=np.ones(len(held["amount"]), dtype=bool),
        **lognormal(held["amount"]),
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=indices(np.full(n, flow), activity + every),
        data_array=held["direct"],
        **lognormal(held["direct"]),
    )
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=indices([flow], [flow]),
        data_array=np.ones(1),
        identifier=["climate"],
    )
    return package


def scored(held, package):
    """Return the score of one unit of each product asked for, one LCA each, and seconds."""
    import bw2calc  # noqa: PLC0415 - there alone

    found = []
    lca = bw2calc.LCA({int(held["asked"][0]): 1.0}, data_objs=[package])
    wall, cpu = time.perf_counter(), time.process_time()
    lca.lci(factorize=True)
    lca.lcia()
    for product in held["asked"]:
        lca.lcia({int(product): 1.0})
        found.append(float(lca.score))
    return found, [time.perf_counter() - wall, time.process_time() - cpu]


def adjoint(held, package):
    """Return the scores of all asked products by the adjoint solve, and seconds with its load."""
    import bw2calc  # noqa: PLC0415 - there alone

    demands = {str(p): {int(p): 1.0} for p in held["asked"].tolist()}
    categories = {"impact_categories": [("climate",)]}
    lca = bw2calc.FastScoresOnlyMultiLCA(
        demands=demands, method_config=categories, data_objs=[package], direction="adjoint"
    )
    wall, cpu = time.perf_counter(), time.process_time()
    next(lca)
    seconds = [time.perf_counter() - wall, time.process_time() - cpu]
    values = np.asarray(lca.scores).ravel()
    return [float(v) for v in values], seconds


def iterated(held, package, draws):
    """Return the scores of one product by draw, and seconds a draw."""
    import bw2calc  # noqa: PLC0415 - there alone

    demand = {int(held["asked"][0]): 1.0}
    lca = bw2calc.IterativeLCA(demand, data_objs=[package], use_distributions=True, seed_override=1)
    lca.lci()
    lca.lcia()
    found = []
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(draws):
        next(lca)
        found.append(float(lca.score))
    seconds = [(time.perf_counter() - wall) / draws, (time.process_time() - cpu) / draws]
    return found, seconds


def main():
    """Read what is asked, run it, write what it gives."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    import bw2calc  # noqa: PLC0415 - there alone

    held = np.load(asked["file"])
    with_pardiso = bool(bw2calc.PYPARDISO)
    found = {"version": bw2calc.__version__, "pardiso": with_pardiso}
    if asked["job"] == "scores":  # bw2calc has its adjoint solve with PARDISO alone
        found["scores"], found["seconds"] = scored(held, packed(held, 0.0))
    if asked["job"] == "fastest":
        way = adjoint if with_pardiso else scored
        found["scores"], found["seconds"] = way(held, packed(held, 0.0))
    if asked["job"] == "draws":
        package = packed(held, asked["spread"])
        found["scores"], found["seconds"] = iterated(held, package, asked["draws"])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
