"""Dependence of all importers in all products: one year, beside polars, and thirty years."""

from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from measure import measure
from trade_years import write_year

YEARS = range(1993, 2023)
ROUNDS = 3

OURS = """
from chainwright.diagnose import trade_dependence
from chainwright.system import System
import pyarrow.dataset, pyarrow.parquet
with counted():
    found = trade_dependence(System.read("{path}"), blocs=["EU27"])
    measures, cdi, flags = found.measures, found.cdi, found.dependent
    pairs = int((measures.imports > 0.0).sum())
import numpy as np
np.savez("{out}", pairs=pairs, dependent=flags.sum(), hhi=np.nansum(measures.import_hhi),
         share=np.nansum(measures.top_share), loss=np.nansum(measures.loss),
         world=np.nansum(measures.world_hhi), cdi=[np.nansum(np.where(np.isinf(c), 0, c))
         for c in cdi])
"""

TABLES = """
from chainwright.diagnose import trade_dependence
from chainwright.system import System
import pyarrow.dataset, pyarrow.parquet
with counted():
    tables = trade_dependence(System.read("{path}"), blocs=["EU27"]).tables()
import numpy as np
frame = tables["trade_dependence"]
np.savez("{out}", rows=len(frame), distinct=len(frame[["importer", "product"]].drop_duplicates()))
"""

POLARS = """
import polars as pl
from chainwright.system import groups
import numpy as np
with counted():
    union = groups()["EU27"]
    flows = pl.read_parquet("{path}", columns=["exporter", "importer", "product", "value"])
    flows = flows.with_columns(pl.col("exporter", "importer", "product").cast(pl.Categorical))
    inside = pl.col("exporter").is_in(union) & pl.col("importer").is_in(union)
    inner = flows.filter(inside).group_by("product").agg(inner=pl.col("value").sum())
    joined = flows.filter(~inside).with_columns(
        pl.when(pl.col(c).is_in(union)).then(pl.lit("EU27")).otherwise(pl.col(c).cast(pl.String))
        .cast(pl.Categorical).alias(c) for c in ("exporter", "importer")
    )
    m = joined.group_by("importer", "product", "exporter").agg(pl.col("value").sum())
    pair = m.group_by("importer", "product").agg(
        imports=pl.col("value").sum(),
        hhi=(pl.col("value") ** 2).sum() / pl.col("value").sum() ** 2,
        top=pl.col("exporter").get(pl.col("value").arg_max()),
        share=pl.col("value").max() / pl.col("value").sum(),
    )
    x = m.group_by("exporter", "product").agg(exports=pl.col("value").sum())
    world = x.group_by("product").agg(
        world=(pl.col("exports") ** 2).sum() / pl.col("exports").sum() ** 2,
        failing=pl.col("exporter").get(pl.col("exports").arg_max()),
    )
    pair = pair.join(world, on="product").join(
        x, left_on=["importer", "product"], right_on=["exporter", "product"], how="left"
    )
    pair = pair.join(
        m.select("importer", "product", failing="exporter", lost="value"),
        on=["importer", "product", "failing"], how="left",
    ).with_columns(loss=pl.col("lost").fill_null(0.0) / pl.col("imports"))
    exports = pl.col("exports").fill_null(0.0)
    pair = pair.with_columns(
        dependent=(pl.col("hhi") > 0.4) & (pl.col("world") > 0.4)
        & (pl.col("imports") > exports)
    )
    bloc = pair.filter(pl.col("importer") == "EU27").join(inner, on="product", how="left")
    within = pl.col("inner").fill_null(0.0)
    bloc = bloc.with_columns(
        cdi2=pl.col("imports") / (pl.col("imports") + within),
        cdi3=pl.col("imports") / (exports + within),
    )
np.savez("{out}", pairs=len(pair), dependent=pair["dependent"].sum(), hhi=pair["hhi"].sum(),
         share=pair["share"].sum(), loss=pair["loss"].sum(), world=world["world"].sum(),
         cdi=[bloc["hhi"].sum(), bloc["cdi2"].sum(),
              bloc.filter(pl.col("cdi3").is_finite())["cdi3"].sum()])
"""

LASTING = """
from chainwright.diagnose import lasting_dependence
from chainwright.system import System
import pyarrow.dataset, pyarrow.parquet
with counted():
    found = lasting_dependence(System.read("{path}"), years={years}, blocs=["EU27"])
    lasting = int(found.lasting.sum())
import numpy as np
np.savez("{out}", years=found.years, lasting=lasting)
"""


@pytest.fixture(scope="module")
def size(smoke):
    """Rows, places and products of a year: few in a smoke run."""
    return (
        {"rows": 20_000, "n_places": 60, "n_products": 50}
        if smoke
        else {"rows": 10_000_000, "n_places": 230, "n_products": 5_000}
    )


@pytest.fixture(scope="module")
def one_year(tmp_path_factory, size):
    return write_year(tmp_path_factory.mktemp("one"), 2022, **size)


def told(path):
    """Return what a run wrote of what it found, by name."""
    with np.load(path) as found:
        return {name: found[name] for name in found.files}


def test_one_year_of_ten_million_rows_beside_polars(smoke, figure, one_year, tmp_path):
    ours, theirs = tmp_path / "ours.npz", tmp_path / "polars.npz"
    pairs = []
    for _ in range(1 if smoke else ROUNDS):  # by turns, so that both meet the same other load
        one = measure(OURS.format(path=one_year, out=ours))
        pairs.append((one, measure(POLARS.format(path=one_year, out=theirs))))
    one, two = told(ours), told(theirs)
    assert one.keys() == two.keys()
    assert one["pairs"] > 0
    for name, sums in one.items():
        np.testing.assert_allclose(sums, two[name], rtol=1e-9, err_msg=name)
    for one, other in pairs:
        print(f"ours {one}; polars {other}")  # noqa: T201 - shown by pytest -s
    text = "trade dependence, a year of 10 million rows"
    figure(f"{text}: CPU", median(a.cpu for a, _ in pairs), bar=10.0, unit="CPU-s")
    figure(f"{text}: resident", max(a.peak for a, _ in pairs) / 2**30, bar=1.5, unit="GiB")
    figure(f"{text}: CPU / polars", median(a.cpu / b.cpu for a, b in pairs), bar=1.0)
    figure(f"{text}: memory / polars", median(a.peak / b.peak for a, b in pairs), bar=1.0)


def test_the_tables_of_a_year_are_made_within_the_same_bar(figure, one_year, tmp_path):
    cost = measure(TABLES.format(path=one_year, out=tmp_path / "tables.npz"))
    found = told(tmp_path / "tables.npz")
    assert found["rows"] == found["distinct"] > 0
    print(cost)  # noqa: T201
    figure("the same with both tables: CPU", cost.cpu, bar=10.0, unit="CPU-s")
    figure("the same with both tables: resident", cost.peak / 2**30, bar=1.5, unit="GiB")


def test_thirty_years_take_the_memory_of_one(smoke, figure, size, tmp_path_factory, tmp_path):
    folder = tmp_path_factory.mktemp("years")
    years = range(2018, 2023) if smoke else YEARS
    made = write_year(folder, years[0], **size)
    for year in years[1:]:  # a year of its own takes half a minute to draw; other values do
        relabelled(made, folder / f"{year}.parquet", year)
    out = tmp_path / "lasting.npz"
    one = measure(LASTING.format(path=folder, years=[years[0]], out=out))
    assert told(out)["years"].tolist() == [years[0]]
    all_years = measure(LASTING.format(path=folder, years=list(years), out=out))
    assert told(out)["years"].tolist() == list(years)
    print(f"one {one}; {len(years)} {all_years}")  # noqa: T201
    text = f"{len(years)} years of 10 million rows"
    figure(f"{text}: resident / that of one", all_years.peak / one.peak, bar=1.3)
    figure(f"{text}: CPU of a year", all_years.cpu / len(years), bar=10.0, unit="CPU-s")


def relabelled(source, target, year):
    """Write the rows of a year as those of another, with other values."""
    table = pq.read_table(source)
    rng = np.random.default_rng(year)
    value = table["value"].to_numpy() * rng.lognormal(0.0, 1.0, len(table))
    table = table.set_column(0, "year", pa.array(np.full(len(table), year, dtype=np.int16)))
    at = table.column_names.index("value")
    pq.write_table(table.set_column(at, "value", pa.array(value)), target, row_group_size=2**20)
