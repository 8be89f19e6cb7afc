"""The audit of a table: what does not add up, diagnosed and never repaired."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.system.flows import Flows
from chainwright.units import NOT_STATED

__all__ = ["check", "imbalances", "spectral_radius"]

Finding = tuple[str, str, str, str]
"""Test, status, where, what was found."""


def imbalances(flows: Flows) -> pd.DataFrame:
    """Return where supply and use disagree, largest first, exact zeros left out.

    Parameters
    ----------
    flows : Flows
        What to look at.

    Returns
    -------
    DataFrame
        balance (``row``: stated output against the sum of deliveries; ``column``: output against
        inputs and value added), region, sector, stated, computed, difference [money], relative
        (difference over the larger of the two).
    """
    parts = []
    labels = flows.nodes.frame()
    if flows.stated_output is not None:
        parts.append(_compared("row", labels, flows.stated_output, flows.output))
    if len(flows.value_added_kinds):
        inputs = flows.output - flows.residual
        parts.append(_compared("column", labels, flows.output, inputs + flows.added))
    columns = ["balance", "region", "sector", "stated", "computed", "difference", "relative"]
    if not parts:
        return pd.DataFrame({c: pd.Series(dtype="float64") for c in columns})
    table = pd.concat(parts, ignore_index=True)
    table = table[table["difference"] != 0.0]
    return table.sort_values(
        "difference", key=np.abs, ascending=False, ignore_index=True, kind="stable"
    )


def _compared(
    balance: str,
    labels: pd.DataFrame,
    stated: npt.NDArray[np.floating],
    computed: npt.NDArray[np.floating],
) -> pd.DataFrame:
    difference = computed - stated
    size = np.maximum(np.abs(stated), np.abs(computed))
    relative = np.divide(difference, size, out=np.zeros_like(difference), where=size > 0.0)
    table = labels.assign(stated=stated, computed=computed, difference=difference)
    table.insert(0, "balance", balance)
    return table.assign(relative=relative)


def spectral_radius(coefficients: npt.NDArray[np.floating], *, steps: int = 200) -> float:
    """Return the largest eigenvalue of a matrix without negative numbers, by power iteration.

    Parameters
    ----------
    coefficients : ndarray, shape (n, n)
        Such as input coefficients.
    steps : int
        Most iterations.
    """
    vector = np.ones(len(coefficients))
    radius = 0.0
    for _ in range(steps):
        new = coefficients @ vector
        size = float(np.abs(new).sum() / max(np.abs(vector).sum(), 1e-300))
        norm = float(np.abs(new).max(initial=0.0))
        if norm == 0.0:
            return 0.0
        vector = new / norm
        if abs(size - radius) <= 1e-12 * size:
            return size
        radius = size
    return radius


def check(flows: Flows) -> pd.DataFrame:
    """Return the audit: one row a test and finding.

    Parameters
    ----------
    flows : Flows
        What to look at.

    Returns
    -------
    DataFrame
        test, status (PASS, WARNING, FAIL, SKIPPED), place, found.
    """
    found: list[Finding] = []
    for test in (_money, _balance, _zero_output, _value_added, _final, _totals, _productive):
        found.extend(test(flows))
    return pd.DataFrame(found, columns=["test", "status", "place", "found"])


def _money(flows: Flows) -> Iterator[Finding]:
    stated = flows.money.currency is not None
    found = str(flows.money) if stated else NOT_STATED
    yield ("currency", "PASS" if stated else "WARNING", "table", found)


def _balance(flows: Flows) -> Iterator[Finding]:
    table = imbalances(flows)
    for name, what in (
        ("row", "deliveries against the stated output"),
        ("column", "inputs and value added against output"),
    ):
        known = flows.stated_output is not None if name == "row" else len(flows.value_added_kinds)
        if not known:
            missing = "the file states no output" if name == "row" else "no rows of value added"
            yield (f"{name} balance", "SKIPPED", "table", missing)
            continue
        gaps = table[table["balance"] == name]
        total = float(flows.output.sum())
        share = float(gaps["difference"].abs().sum()) / total if total else 0.0
        status = "PASS" if share <= 1e-9 else "WARNING" if share <= 1e-2 else "FAIL"
        found = f"{what}: gaps add up to {share:.2g} of all output"
        place = "table"
        if len(gaps):
            worst = gaps.iloc[0]
            place = f"{worst['region']}:{worst['sector']}"
            found += f"; the largest is {worst['difference']:,.6g}"
        yield (f"{name} balance", status, place, found)
        off = gaps[(gaps["stated"] > 0.0) & (gaps["computed"] > 0.0)]
        ratio = np.abs(np.log10(off["computed"].to_numpy() / off["stated"].to_numpy()))
        far = off["difference"].abs().to_numpy() > 1e-6 * total
        for i in np.flatnonzero((ratio > 0.9) & far):
            row = off.iloc[i]
            yield (
                "scale",
                "WARNING",
                f"{row['region']}:{row['sector']}",
                f"stated {row['stated']:,.6g}, computed {row['computed']:,.6g}: a power of ten?",
            )


def _zero_output(flows: Flows) -> Iterator[Finding]:
    codes = flows.nodes.codes
    rounded = flows.rounded_to_zero
    zero = np.flatnonzero(flows.output == 0.0)
    listed = ", ".join(codes[i] for i in zero[:12]) + (" ..." if len(zero) > 12 else "")
    status = "WARNING" if len(zero) else "PASS"
    yield ("zero output", status, "table", f"{len(zero)} nodes" + (f": {listed}" if listed else ""))
    for i in rounded:
        inputs = float(flows.matrix[:, i].sum())
        total = float(flows.matrix[i].sum() + flows.final[i].sum())
        yield (
            "output within rounding",
            "WARNING",
            codes[i],
            f"deliveries add up to {total:,.6g} and inputs to {inputs:,.6g}: kept, taken as zero",
        )


def _value_added(flows: Flows) -> Iterator[Finding]:
    negative = np.flatnonzero(flows.added < 0.0)
    what = "" if len(flows.value_added_kinds) else " (output less inputs; the file has no rows)"
    yield (
        "negative value added",
        "WARNING" if len(negative) else "PASS",
        "table",
        f"{len(negative)} nodes{what}",
    )
    for i in negative[:50]:
        yield (
            "negative value added",
            "WARNING",
            flows.nodes.codes[i],
            f"{flows.added[i]:,.6g} of an output of {flows.output[i]:,.6g}",
        )


def _final(flows: Flows) -> Iterator[Finding]:
    negative = flows.final < 0.0
    expected = flows.final_of("inventories", "imports", "error")
    odd = int(negative[:, ~expected].sum())
    cells = int((flows.matrix < 0.0).sum())
    yield (
        "negative final deliveries",
        "WARNING" if odd else "PASS",
        "table",
        f"{int(negative.sum())} cells, {odd} of them outside inventories, imports and error",
    )
    yield (
        "negative intermediate deliveries",
        "WARNING" if cells else "PASS",
        "table",
        f"{cells} cells",
    )
    unknown = [
        c for c, r in zip(flows.users.sectors.codes, flows.roles, strict=True) if r == "other"
    ]
    if unknown:
        found = f"no known role: {', '.join(unknown)}; exports and inventories are told by code"
        yield ("final categories", "WARNING", "table", found)


def _totals(flows: Flows) -> Iterator[Finding]:
    """Look for a row or column that equals the sum of all others: a total left in the table."""
    n = len(flows.nodes)
    if n < 3:
        yield ("totals left in the table", "SKIPPED", "table", "fewer than three nodes")
        return
    rows = flows.matrix.sum(axis=1, dtype=np.float64)
    columns = flows.matrix.sum(axis=0, dtype=np.float64)
    whole = rows.sum()
    found = []
    for what, sums in (("row", rows), ("column", columns)):
        near = np.flatnonzero((sums > 0.0) & (np.abs(sums - (whole - sums)) <= 1e-9 * whole))
        found += [f"{what} {flows.nodes.codes[i]}" for i in near]
    status = "FAIL" if found else "PASS"
    yield ("totals left in the table", status, "table", ", ".join(found) or "none")


def _productive(flows: Flows) -> Iterator[Finding]:
    coefficients = np.abs(flows.coefficients())
    radius = spectral_radius(coefficients)
    yield (
        "productive",
        "PASS" if radius < 1.0 else "FAIL",
        "table",
        f"spectral radius of the input coefficients {radius:.4f}, which must be below 1",
    )
    above = np.flatnonzero(coefficients.sum(axis=0) > 1.0)
    for i in above[:50]:
        yield (
            "inputs above output",
            "WARNING",
            flows.nodes.codes[i],
            f"inputs are {coefficients[:, i].sum():.4f} of output",
        )
