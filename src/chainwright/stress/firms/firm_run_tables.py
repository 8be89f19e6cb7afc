"""Tables of a run over firms: losses by level, and by day."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.stress.firms.firm_records import FirmRecords

__all__ = ["by_day", "losses"]

Numbers = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]


def losses(end: str, of: FirmRecords) -> pd.DataFrame:
    """Return losses of a run: all, regions, sectors, firms, the largest first in each.

    Final demand not met up to a share of 1e-12 of all output of the run is rounding, and 0.

    Parameters
    ----------
    end : str
        What the run is called.
    of : FirmRecords
        What it left.
    """
    economy, links = of.economy, of.economy.links
    n, T = economy.n, of.steps
    yearly = economy.x0 * economy.steps_per_year
    added = np.divide(economy.VA, yearly, out=np.zeros(n), where=yearly > 0.0)
    amounts = {
        "rest": economy.x0,
        "output_lost": of.lost,
        "direct_lost": of.direct,
        "value_added_lost": of.lost * added,
        "unmet_final": of.unmet,
    }
    noise = FELT * float(economy.x0.sum()) * T
    everyone = np.zeros(n, dtype=np.int32)
    felt = (np.abs(of.lost) > FELT * economy.x0 * T) | (of.short_step >= 0) | (of.direct > 0.0)
    firms = np.flatnonzero(felt)
    regions, sectors = _words(links.regions.codes), _words(links.sectors.codes)
    frames = [
        _summed(amounts, everyone, {"level": _words(["all"])}),
        _summed(amounts, links.region, {"level": _words(["region"]), "region": regions}),
        _summed(amounts, links.sector, {"level": _words(["sector"]), "sector": sectors}),
        pd.DataFrame(
            {
                "level": "firm",
                "region": regions[links.region[firms]],
                "sector": sectors[links.sector[firms]],
                "firm": _words(links.axis.codes)[firms],
                **{name: amount[firms] for name, amount in amounts.items()},
                "lowest_share": np.where(economy.x0[firms] > 0.0, of.lowest[firms], np.nan),
                **_short(of, firms),
            }
        ),
    ]
    rows = []
    for frame in frames:
        order = np.argsort(-frame["output_lost"].to_numpy(), kind="stable")
        rows.append(frame.iloc[order].reindex(columns=COLUMNS))
    told = pd.concat([_typed(frame) for frame in rows], ignore_index=True)
    rest = told.pop("rest").to_numpy()
    told.insert(0, "end", end)
    told["unmet_final"] = told["unmet_final"].where(told["unmet_final"].abs() > noise, 0.0)
    lost = told["output_lost"].to_numpy()
    days = np.divide(lost, rest, out=np.full(len(lost), np.nan), where=rest > 0.0)
    told["output_lost_share"] = days / T
    told["output_lost_days"] = days * economy.step_days
    return told[["end", *(c for c in COLUMNS if c != "rest")]]


FELT = 1e-12
"""Share of output at rest up to which a change of a firm is rounding."""

TEXT = ("level", "region", "sector", "firm", "short_input")
COLUMNS = (
    "level", "region", "sector", "firm", "rest", "output_lost", "output_lost_share",
    "output_lost_days", "direct_lost", "value_added_lost", "unmet_final", "lowest_share",
    "short_input", "short_day",
)  # fmt: skip


def _words(codes: object) -> Words:
    return np.array(codes, dtype=object)


def _summed(
    amounts: dict[str, Numbers], by: npt.NDArray[np.int32], words: dict[str, Words]
) -> pd.DataFrame:
    count = max(len(codes) for codes in words.values())
    sums = {name: np.bincount(by, amount, count) for name, amount in amounts.items()}
    return pd.DataFrame({**{k: np.resize(v, count) for k, v in words.items()}, **sums})


def _short(of: FirmRecords, firms: npt.NDArray[np.intp]) -> dict[str, object]:
    """Return the sector of the first input that ran short at each firm, and the day."""
    economy = of.economy
    step, stock = of.short_step[firms], of.short_stock[firms]
    codes = _words((*economy.products.codes, ""))
    product = np.full(len(firms), -1)
    product[stock >= 0] = economy.stock_product[stock[stock >= 0]]
    return {
        "short_input": codes[product],
        "short_day": np.where(step >= 0, step * economy.step_days, np.nan),
    }


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    text = {c: frame[c].astype(object).where(frame[c].notna(), "").astype("str") for c in TEXT}
    numbers = {c: frame[c].astype("float64") for c in COLUMNS if c not in TEXT}
    return pd.DataFrame({**text, **numbers})[list(COLUMNS)]


def by_day(end: str, of: FirmRecords) -> pd.DataFrame:
    """Return output and unmet final demand of each step: all, regions and sectors.

    Parameters
    ----------
    end : str
        What the run is called.
    of : FirmRecords
        What it left.
    """
    economy, links = of.economy, of.economy.links
    frames = []
    for level, codes, by, lost, unmet in (
        ("all", ("",), None, of.sector_lost.sum(axis=1)[:, None], of.sector_unmet.sum(axis=1)),
        ("region", links.regions.codes, links.region, of.region_lost, of.region_unmet),
        ("sector", links.sectors.codes, links.sector, of.sector_lost, of.sector_unmet),
    ):
        T, k = lost.shape
        rest = (
            np.array([economy.x0.sum()]) if by is None else np.bincount(by, economy.x0, minlength=k)
        )
        share = np.divide(rest - lost, rest, out=np.full((T, k), np.nan), where=rest > 0.0)
        named = np.repeat(_words(codes), T)
        frames.append(
            pd.DataFrame(
                {
                    "end": end,
                    "level": level,
                    "region": named if level == "region" else "",
                    "sector": named if level == "sector" else "",
                    "day": np.tile(np.arange(T) * economy.step_days, k),
                    "output_share": share.T.ravel(),
                    "output_lost": lost.T.ravel(),
                    "unmet_final": unmet.T.ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
