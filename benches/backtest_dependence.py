"""Do flags of dependence foretell losses? Raw materials: flags of 2018-2021, losses of 2022-2024.

Run as a script: ``PYTHONPATH=tests python benches/backtest_dependence.py``. It prints every score
against every loss, whatever comes out.

Sample: pairs of importer and product, EU27 as one, whose mean imports of 2018 to 2021 are at least
the floor (1 M USD, and 10 M USD beside it) and that have imports in each of these years. Each
material's HS code counts once.

Scores, all of 2018 to 2021 and stated before any loss was looked at:

- ``C4``: C1 to C3 hold in at least 2 of the last 3 years, 0 or 1;
- ``years flagged``: years of 4 in which C1 to C3 hold;
- ``import HHI``, ``top share``, ``world HHI``: means over the years;
- ``size``: minus the mean imports, a score that knows nothing of dependence, to compare with.

Losses, stated beforehand too. The file has values in current USD and no quantities (of the other
two files one has quantities, of 2024 alone), so no loss of quantity can be computed from the data
at hand; the third definition sets prices apart as far as values allow.

- ``imports fall``: mean imports of 2022 to 2024 are at most 0.7 of those of 2018 to 2021;
- ``imports fall in a year``: those of any year are;
- ``share falls``: the importer's share in the world's trade of the product falls so in any year,
  which what happens to the price of all alike does not bring about;
- ``fewer suppliers``: fewer suppliers with over 5 % of pooled imports than before;
- ``top supplier falls``: the top supplier of the pooled imports of 2018 to 2021 has at most half
  of its share in those of 2022 to 2024;
- ``top supplier changes``: another is the largest.

Samples: ``all`` pairs, and ``shock``, those whose top supplier before came to hold at most 0.7 of
its share in the world's exports of the product (means of the years after and before). The second
was added after the results of the first were seen, and is to be read so: a flag says who is hurt if
a supplier fails, not whether it fails.

AUC: probability that a pair with the loss has a higher score than one without, ties a half; 0.5 is
no better than chance. The interval is the 2.5 and 97.5 percentile of 2,000 bootstrap samples of
whole products, as pairs of one product share its shocks.

With a concentration at the top there is more to fall, and less to change: ``fewer suppliers`` can
hardly befall who has one. The losses are reported together for that reason.
"""

from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import rankdata

BEFORE, AFTER = range(2018, 2022), range(2022, 2025)
FLOORS = (1e6, 1e7)
FALL, HALF, SUPPLIER = 0.7, 0.5, 0.05
DRAWS, SEED = 2_000, 7


def auc(score, lost):
    """Return the area under the ROC curve, NaN where all or none are lost.

    Parameters
    ----------
    score : ndarray
        Higher foretells a loss.
    lost : ndarray of bool
        Whether it came.
    """
    yes = int(lost.sum())
    no = len(lost) - yes
    if yes == 0 or no == 0:
        return float("nan")
    ranks = rankdata(score)  # of equals the mean rank, so a tie counts a half
    return float((ranks[lost].sum() - yes * (yes + 1) / 2) / (yes * no))


def interval(score, lost, group, *, draws=DRAWS, seed=SEED):
    """Return the 95 % interval of the AUC by drawing whole groups with replacement.

    Parameters
    ----------
    score, lost : ndarray
        As for `auc`.
    group : ndarray
        What each belongs to.
    draws, seed : int
        Bootstrap samples; the same seed gives the same interval.
    """
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(group == g) for g in np.unique(group)]
    found = []
    for _ in range(draws):
        drawn = rng.integers(0, len(members), len(members))
        at = np.concatenate([members[g] for g in drawn])
        found.append(auc(score[at], lost[at]))
    known = np.array(found)[~np.isnan(found)]
    return tuple(np.percentile(known, [2.5, 97.5])) if len(known) else (np.nan, np.nan)


def joined_flows(system, years):
    """Return the flows of years with EU27 as one: year, exporter, importer, product, value."""
    from chainwright.diagnose.products.trade_blocs import blocs_among, with_blocs  # noqa: PLC0415

    frames = []
    for year in years:
        flows = system.trade.year(year)
        flows = with_blocs(flows, blocs_among(flows.places, ["EU27"])).flows
        places, goods = (np.array(a.codes, dtype=object) for a in (flows.places, flows.products))
        frames.append(
            pd.DataFrame(
                {
                    "year": year,
                    "exporter": places[flows.exporter],
                    "importer": places[flows.importer],
                    "product": goods[flows.product],
                    "value": flows.value,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def scores(system):
    """Return the scores of every pair that imports in each year before."""
    from chainwright.diagnose import trade_dependence  # noqa: PLC0415

    tables = [trade_dependence(system, year=year).table() for year in BEFORE]
    every = pd.concat(tables, ignore_index=True).astype({"importer": str, "product": str})
    pairs = every.groupby(["importer", "product"])
    flagged = every.pivot_table(
        index=["importer", "product"], columns="year", values="dependent", aggfunc="max"
    )
    found = pd.DataFrame(
        {
            "C4": (flagged[list(BEFORE)[-3:]].sum(axis=1) >= 2).astype(float),
            "years flagged": pairs["dependent"].sum().astype(float),
            "import HHI": pairs["import_hhi"].mean(),
            "top share": pairs["top_share"].mean(),
            "world HHI": pairs["world_export_hhi"].mean(),
            "size": -pairs["imports"].mean(),
        }
    )
    return found[pairs.size() == len(BEFORE)]


def losses(flows):
    """Return the losses of every pair, by the definitions of this module."""
    keys = ["importer", "product"]
    yearly = flows.pivot_table(
        index=keys, columns="year", values="value", aggfunc="sum", fill_value=0.0
    )
    world = flows.pivot_table(index="product", columns="year", values="value", aggfunc="sum")
    share = yearly / world.loc[yearly.index.get_level_values("product")].to_numpy()
    before, after = yearly[list(BEFORE)].mean(axis=1), yearly[list(AFTER)]
    share_before = share[list(BEFORE)].mean(axis=1)

    def pooled(years):
        """Return the share of each supplier in the imports of all these years together."""
        some = flows[flows["year"].isin(years)].groupby([*keys, "exporter"])["value"].sum()
        return some / some.groupby(keys).transform("sum")

    old, new = pooled(BEFORE), pooled(AFTER)
    counts = [(s > SUPPLIER).groupby(keys).sum().reindex(yearly.index) for s in (old, new)]
    top = old.groupby(keys).idxmax()
    later = new.reindex(pd.MultiIndex.from_tuples(top)).fillna(0.0).to_numpy()
    first = new.groupby(keys).idxmax().reindex(top.index)
    sold = flows.pivot_table(
        index=["product", "exporter"], columns="year", values="value", aggfunc="sum", fill_value=0.0
    )
    sold /= world.loc[sold.index.get_level_values("product")].to_numpy()
    kept = sold[list(AFTER)].mean(axis=1) <= FALL * sold[list(BEFORE)].mean(axis=1)
    moved = pd.DataFrame(
        {
            "shock": kept.loc[[(good, who) for _, good, who in top]].to_numpy(),
            "top supplier falls": later <= HALF * old.loc[list(top)].to_numpy(),
            "top supplier changes": first.to_numpy() != top.to_numpy(),
        },
        index=top.index,
    )
    return pd.DataFrame(
        {
            "imports fall": after.mean(axis=1) <= FALL * before,
            "imports fall in a year": after.min(axis=1) <= FALL * before,
            "share falls": share[list(AFTER)].min(axis=1) <= FALL * share_before,
            "fewer suppliers": counts[1].fillna(0) < counts[0].fillna(0),
        }
    ).join(moved, how="inner")


def backtest(system, *, floors=FLOORS, draws=DRAWS):
    """Return the AUC of every score against every loss, with its interval.

    Parameters
    ----------
    system : System
        Trade of 2018 to 2024 in USD.
    floors : sequence of float
        Mean imports before that a pair must have.
    draws : int
        Bootstrap samples.
    """
    given = scores(system).join(losses(joined_flows(system, [*BEFORE, *AFTER])), how="inner")
    rows = []
    for floor in floors:
        large = given[-given["size"] >= floor]
        names = [c for c in given.columns if large[c].dtype == bool and c != "shock"]
        for sample, loss in product(("all", "shock"), names):
            kept = large if sample == "all" else large[large["shock"]]
            group = kept.index.get_level_values("product").to_numpy()
            lost = kept[loss].to_numpy()
            for score in ("C4", "years flagged", "import HHI", "top share", "world HHI", "size"):
                values = kept[score].to_numpy(dtype=float)
                low, high = interval(values, lost, group, draws=draws)
                rows.append(
                    (
                        floor,
                        sample,
                        len(kept),
                        loss,
                        lost.mean(),
                        score,
                        auc(values, lost),
                        low,
                        high,
                    )
                )
    columns = ["floor", "sample", "pairs", "loss", "base_rate", "score", "auc", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


if __name__ == "__main__":
    from trades import materials

    print(backtest(materials()).to_string(float_format=lambda x: f"{x:.3g}"))  # noqa: T201
