"""WIOD, release 2013: the arrays of one year beside their lists of codes."""

import csv
from pathlib import Path

import numpy as np

from chainwright.errors import Breach, TableError
from chainwright.sources.reading import Origin, Reading

__all__ = ["read_arrays"]


def read_arrays(path: Path, *, year: int | None, sha256: str) -> Reading:
    """Return what a file ``wiot_YYYY.npz`` holds; its lists of codes lie in the same folder.

    Parameters
    ----------
    path : path
        The arrays ``Z``, ``F`` and ``x``, beside countries.csv, industries.csv, final_demand.csv.
    year : int, optional
        Year, if the file's name does not tell.
    sha256 : str
        Hash of the file.
    """
    lists = {
        name: path.with_name(f"{name}.csv") for name in ("countries", "industries", "final_demand")
    }
    absent = [
        Breach(
            f"folder of {path.name}",
            f"no file {file.name}",
            "the list of codes beside the arrays",
            "Copy it there.",
        )
        for file in lists.values()
        if not file.is_file()
    ]
    if absent:
        raise TableError(path.name, absent)
    countries = _column(lists["countries"], "iso3")
    industries = _column(lists["industries"], "code")
    categories = _column(lists["final_demand"], "code")
    with np.load(path) as arrays:
        matrix, final = arrays["Z"].astype(np.float64), arrays["F"].astype(np.float64)
        stated = arrays["x"].astype(np.float64)
    digits = path.stem.rpartition("_")[2]
    return Reading(
        origin=Origin(
            file=path.name,
            format="WIOD 2013 release, arrays",
            version="release 2013",
            licence="CC BY 4.0 (unverified)",
            sha256=sha256,
        ),
        nodes=[(r, s) for r in countries for s in industries],
        users=[(r, c) for r in countries for c in categories],
        matrix=matrix,
        final=final,
        stated_output=stated,
        code_list="wiod2013",
        category_list="wiod2013",
        composite=("RoW",),
        currency="USD",
        year=int(digits) if digits.isdigit() else year,
        unit="million",
        price_basis="basic",
        rounding=2.0,  # whole million: in 1995-2011 sums fall below zero by 2 at most (LUX, MLT)
    )


def _column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]
