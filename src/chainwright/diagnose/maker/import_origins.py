"""From which countries a country buys what has given HS codes: shares of its imports."""

import numpy as np
import pandas as pd

from chainwright.classes import bridge
from chainwright.diagnose.chain_maps.trade import BRIDGED
from chainwright.system import Trade

__all__ = ["import_origins"]


def import_origins(trade: Trade, wanted: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """Return shares of imports by country of origin, a row a key and origin.

    The codes of a key, and its buyers, are added up; trade among the buyers is left out. Codes of
    HS 2017 are translated where trade is in HS 2022 or HS 1992.

    Parameters
    ----------
    trade : Trade
        Bilateral trade.
    wanted : DataFrame
        ``key``, ``code`` (HS 2017) and ``buyer`` (ISO 3166-1 alpha-3), a row a combination.
    year : int, optional
        Which year; the last if not given.

    Returns
    -------
    DataFrame
        ``key``, ``place``, ``share`` (of imports of known value), ``year``.

    Raises
    ------
    MissingPartError
        If the trade does not know who buys.
    """
    flows = trade.year(year)
    pairs = wanted.drop_duplicates()
    if trade.classification in BRIDGED:
        partners = bridge("HS2017", trade.classification)
        later = partners.groupby("from_code")["to_code"].agg(list)
        pairs = pairs.assign(code=pairs["code"].map(later)).dropna(subset="code").explode("code")
        pairs = pairs.drop_duplicates()
    pairs = pairs.assign(
        product=pairs["code"].map(flows.products.place),
        importer=pairs["buyer"].map(flows.places.place),
    ).dropna(subset=["product", "importer"])
    asked = pairs.astype({"product": "int64", "importer": "int64"})[["key", "product", "importer"]]
    kept = np.isin(flows.product, asked["product"]) & np.isin(flows.importer, asked["importer"])
    rows = pd.DataFrame(
        {
            "product": flows.product[kept].astype("int64"),
            "importer": flows.importer[kept].astype("int64"),
            "exporter": flows.exporter[kept].astype("int64"),
            "value": flows.value[kept],
        }
    ).merge(asked, on=["product", "importer"])
    buyers = asked[["key", "importer"]].drop_duplicates().rename(columns={"importer": "exporter"})
    inner = rows.merge(buyers.assign(inside=True), on=["key", "exporter"], how="left")["inside"]
    rows = rows[inner.isna().to_numpy()]
    summed = rows.groupby(["key", "exporter"], as_index=False)["value"].sum()
    total = summed.groupby("key")["value"].transform("sum")
    summed = summed[total > 0.0]
    return pd.DataFrame(
        {
            "key": summed["key"].to_numpy(),
            "place": [flows.places.codes[e] for e in summed["exporter"]],
            "share": (summed["value"] / total[total > 0.0]).to_numpy(dtype="float64"),
            "year": float(flows.year),
        }
    )
