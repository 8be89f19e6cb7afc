"""Made-up industrial systems: no fact about any place, but consistent to rounding."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import UnknownCodeError
from chainwright.params import table
from chainwright.sources.reading import Origin, Reading

__all__ = ["DEMOS", "SYNTHETIC", "demo"]

Vector = npt.NDArray[np.float64]

SYNTHETIC = "synthetic economy"
"""Format of what is made up; a brief of it says so on every page."""

DEMOS = ("country", "maker", "firms", "city")
"""Names of all that is made up; the others have modules of their own beside this one."""

YEAR = 2018
AT_HOME = 12.0
"""How much nearer a supplier in one's own province is taken to be (an assumption)."""


def demo(name: str, *, seed: int = 7) -> Reading:
    """Return a made-up economy of 31 provinces and 42 sectors.

    National totals by sector (output, intermediate use and input, final uses, imports) are those of
    the published table of China for 2018, rounded; provinces have the size of their published gross
    regional product. All else is made up: who buys what from whom is drawn at random around those
    totals, nearer home and along the essential inputs of the fact table, and balanced by RAS.
    Abroad are six partners who do not exist and a rest of the world. So no number for a province,
    a partner or a pair of sectors is a fact.

    Parameters
    ----------
    name : str
        ``"country"``.
    seed : int
        The same seed gives the same economy.

    Raises
    ------
    UnknownCodeError
        If there is no such demo.

    Examples
    --------
    >>> reading = demo("country")
    >>> len(reading.nodes), reading.matrix.shape
    (1302, (1302, 1302))
    """
    if name != DEMOS[0]:
        raise UnknownCodeError(name, "demo", DEMOS)
    rng = np.random.default_rng(seed)
    rows, provinces = table("demo_country"), table("demo_provinces")
    national = {c: np.array([100.0 * float(r[c]) for r in rows]) for c in _TOTALS}  # in million
    x = national["output"]
    technology = _technology(rng, national)
    imported = np.minimum(national["imports_intermediate"] / technology.sum(axis=1), 0.95)

    size = np.array([float(p["gdp"]) for p in provinces])
    share = size[:, None] / size.sum() * rng.lognormal(0.0, 0.5, (len(size), len(x)))
    share /= share.sum(axis=0)  # province's share of each sector
    output = (share * x).ravel()
    exports, stocks = share * national["exports"], share * national["inventories"]

    people = size / size.sum()
    uses = {c: people[:, None] * national[c] for c in ("final_consumption", "investment")}
    abroad = _imported_final(national, uses)
    matrix, final = _regional(
        rng,
        share,
        technology * (1.0 - imported)[:, None],
        [uses[c] - abroad[c] for c in uses],
        output - exports.ravel() - stocks.ravel(),
    )
    origin = _origins(rng, len(x))
    taken = (technology * imported[:, None])[:, None, :] * share[None, :, :]
    imports_matrix = (origin[:, :, None] * taken.reshape(len(x), -1)).reshape(origin.size, -1)

    regions = [p["code"] for p in provinces]
    sectors = [r["code"] for r in rows]
    users = [(r, c) for r in regions for c in _CATEGORIES]
    columns = np.zeros((len(output), len(regions), len(_CATEGORIES)))
    columns[:, :, :2] = final.reshape(len(output), 2, len(regions)).transpose(0, 2, 1)
    own = np.repeat(np.arange(len(regions)), len(sectors))
    columns[np.arange(len(output)), own, 2] = stocks.ravel()
    columns[np.arange(len(output)), own, 3] = exports.ravel()
    from_abroad = np.zeros((len(x), len(regions), len(_CATEGORIES)))
    from_abroad[:, :, 0] = abroad["final_consumption"].T
    from_abroad[:, :, 1] = abroad["investment"].T
    imports_final = (origin[:, :, None] * from_abroad.reshape(len(x), -1)).reshape(origin.size, -1)
    made = matrix.sum(axis=1) + columns.sum(axis=(1, 2))
    added = made - matrix.sum(axis=0) - imports_matrix.sum(axis=0)
    kinds = ("compensation", "taxes", "depreciation", "surplus")
    parts = np.array([national[k] / national["value_added"] for k in kinds])
    value_added = np.tile(parts, len(regions)) * added
    value_added[-1] = added - value_added[:-1].sum(axis=0)  # parts add up in the last digit too
    return Reading(
        origin=Origin(
            file="demo:country",
            format=SYNTHETIC,
            version=f"seed {seed}",
            licence="Apache-2.0",
            notes=(
                "made up: national totals by sector after NBS, Input-Output Table of China 2018, "
                "and provincial product after NBS 2018; every other number is drawn at random",
            ),
        ),
        nodes=[(r, s) for r in regions for s in sectors],
        users=users,
        matrix=matrix,
        final=columns.reshape(len(output), -1),
        value_added_kinds=kinds,
        value_added=value_added,
        imports=[(o, s) for o in _PARTNERS for s in sectors],
        imports_matrix=imports_matrix,
        imports_final=imports_final,
        composite=_PARTNERS[-1:],
        stated_output=made,
        code_list="nbs42_2018",
        names_en={r["code"]: r["name_en"] for r in rows},
        names_zh={r["code"]: r["name_zh"] for r in rows},
        currency="CNY",
        year=YEAR,
        unit="million",
        price_basis="producer",
    )


_PARTNERS = (*(f"Partner {letter}" for letter in "ABCDEF"), "RoW")
"""Where imports come from; the last stands for many countries."""

_CATEGORIES = ("consumption", "investment", "inventories", "exports")
_TOTALS = (
    "output",
    "intermediate_input",
    "value_added",
    "compensation",
    "taxes",
    "depreciation",
    "surplus",
    "intermediate_use",
    "final_consumption",
    "investment",
    "inventories",
    "exports",
    "imports",
    "imports_intermediate",
)


def _technology(rng: np.random.Generator, national: dict[str, Vector]) -> Vector:
    """Return what sector j uses of product i, home and imported, with the national totals."""
    use, inputs = national["intermediate_use"], national["intermediate_input"]
    sections = {r["code"]: r["section"] for r in table("sectors") if r["list"] == "nbs42_2018"}
    of = [sections[r["code"]] for r in table("demo_country")]
    needed = {
        (r["user_section"], r["input_section"])
        for r in table("essential_inputs")
        if r["essential"] == "1"
    }
    near = np.array([[4.0 if (user, good) in needed else 1.0 for user in of] for good in of])
    drawn = rng.lognormal(0.0, 1.2, near.shape) * near * np.outer(use, inputs)
    drawn[np.diag_indices_from(drawn)] *= 3.0
    return _ras(drawn, use, inputs * use.sum() / inputs.sum())


def _origins(rng: np.random.Generator, products: int) -> npt.NDArray[np.float64]:
    """Return the share of each partner in the imports of each product: a few hold most."""
    return rng.dirichlet(np.full(len(_PARTNERS), 0.6), products).T


def _imported_final(
    national: dict[str, Vector], uses: dict[str, npt.NDArray[np.float64]]
) -> dict[str, npt.NDArray[np.float64]]:
    """Return what final users of each province get from abroad, in proportion to their use."""
    direct = np.maximum(national["imports"] - national["imports_intermediate"], 0.0)
    wanted = national["final_consumption"] + national["investment"]
    part = np.divide(direct, wanted, out=np.zeros_like(direct), where=wanted > 0.0)
    return {c: use * np.minimum(part, 0.95) for c, use in uses.items()}


def _regional(
    rng: np.random.Generator,
    share: npt.NDArray[np.float64],
    technology: npt.NDArray[np.float64],
    uses: list[npt.NDArray[np.float64]],
    rows: Vector,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return deliveries among provinces and to their final users, with the sums that are given."""
    regions, sectors = share.shape
    closeness = rng.lognormal(0.0, 0.4, (regions, regions))
    closeness[np.diag_indices(regions)] = AT_HOME
    buys = technology[:, None, :] * share[None, :, :]  # product, buying province, buying sector
    between = share[:, :, None, None] * closeness[:, None, :, None] * buys[None]
    matrix = between.reshape(regions * sectors, regions * sectors)
    finals = [
        (share[:, :, None] * closeness[:, None, :] * use.T[None]).reshape(len(rows), regions)
        for use in uses
    ]
    columns = np.concatenate([buys.sum(axis=0).ravel(), *(use.sum(axis=1) for use in uses)])
    balanced = _ras(np.hstack([matrix, *finals]), rows, columns * rows.sum() / columns.sum())
    return balanced[:, : len(rows)], balanced[:, len(rows) :]


def _ras(given: npt.NDArray[np.float64], rows: Vector, columns: Vector) -> npt.NDArray[np.float64]:
    """Return `given`, which has no negative cell, scaled to these sums (RAS)."""
    r, s = np.ones(len(rows)), np.ones(len(columns))
    for _ in range(500):
        r = np.divide(rows, given @ s, out=np.zeros_like(rows), where=rows > 0.0)
        new = np.divide(columns, given.T @ r, out=np.zeros_like(columns), where=columns > 0.0)
        change = np.abs(new - s).max() / np.abs(new).max()
        s = new
        if change < 1e-13:
            break
    return r[:, None] * given * s
