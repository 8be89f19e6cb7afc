"""Our complexity against ecomplexity (Python, Growth Lab): the same numbers, not its faults."""

import numpy as np
import pandas as pd
import pytest
from ecomplexity import ecomplexity, proximity

from chainwright.diagnose import complexity
from chainwright.diagnose.product_space.density import density
from made_exports import as_rows, made_exports
from real import data

pytestmark = [
    pytest.mark.against,
    pytest.mark.filterwarnings("ignore"),  # what the package warns of is not ours to mend
]

COLUMNS = {"time": "year", "loc": "place", "prod": "product", "val": "value"}


def theirs_of(rows, **asked):
    """Return a column as places x products, by name."""
    dated = rows.assign(year=2000)
    asked = {"check_logsupermodularity": False, "verbose": False, **asked}
    out = ecomplexity(dated, COLUMNS, **asked)
    once = out.drop_duplicates(["place", "product"])
    return lambda column: once.pivot_table(
        index="place", columns="product", values=column, aggfunc="first", dropna=False
    )


def real_exports():
    path = data("trade_sitc4_1998_2000") / "world_trade_avg_1998_2000_sitc4.parquet"
    return pd.read_parquet(path).rename(columns={"country": "place"})


@pytest.fixture(scope="module", params=["real", "made up"])
def pair(request):
    """Ours and theirs of the same exports."""
    rows = real_exports() if request.param == "real" else as_rows(made_exports())
    return complexity(rows), theirs_of(rows)


@pytest.mark.parametrize("name", ["rca", "density", "cog"])
def test_numbers_of_pairs_are_theirs(pair, name):
    ours, theirs = pair
    np.testing.assert_allclose(getattr(ours, name), theirs(name), rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", ["eci", "coi", "diversity"])
def test_numbers_of_places_are_theirs(pair, name):
    ours, theirs = pair
    np.testing.assert_allclose(getattr(ours, name), theirs(name).iloc[:, 0], rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", ["pci", "ubiquity"])
def test_numbers_of_products_are_theirs(pair, name):
    ours, theirs = pair
    np.testing.assert_allclose(getattr(ours, name), theirs(name).iloc[0], rtol=0, atol=1e-10)


def test_proximity_is_theirs():
    rows = as_rows(made_exports())
    ours = complexity(rows, diagonal=0.0)
    theirs = proximity(rows.assign(year=2000), COLUMNS, presence_test="rca")
    wide = theirs.pivot_table(index="product_1", columns="product_2", values="proximity")
    codes = list(ours.products.codes)
    wide = wide.reindex(index=codes, columns=codes).fillna(0.0).to_numpy(copy=True)
    np.fill_diagonal(wide, 0.0)
    np.testing.assert_allclose(ours.proximity, wide, rtol=0, atol=1e-12)


def test_advantage_per_head_is_theirs():
    amounts = made_exports()
    rows, people = as_rows(amounts), amounts.sum(axis=1) ** 0.7
    codes = sorted(rows["place"].unique())
    given = pd.DataFrame({"year": 2000, "place": codes, "pop": people})
    theirs = theirs_of(rows, presence_test="rpop", pop=given, rpop_mcp_threshold=0.25)
    people = dict(zip(codes, people, strict=True))
    ours = complexity(rows, population=people, presence="rpop", threshold=0.25)
    np.testing.assert_allclose(ours.rpop, theirs("rpop"), rtol=1e-12)
    np.testing.assert_allclose(ours.eci, theirs("eci").iloc[:, 0], rtol=0, atol=1e-10)


def test_an_empty_place_changes_nothing_in_ours():
    amounts = made_exports()
    before = complexity(as_rows(amounts, zeros=True))
    with_empty = np.vstack([amounts, np.zeros((3, amounts.shape[1]))])
    ours = complexity(as_rows(with_empty, zeros=True))
    np.testing.assert_array_equal(ours.eci[:-3], before.eci)
    np.testing.assert_array_equal(ours.pci, before.pci)
    assert np.isnan(ours.eci[-3:]).all()
    assert (ours.table()["reason"].tail(3) == "No exports.").all()


def test_a_place_without_advantage_blanks_all_of_theirs_and_only_itself_in_ours():
    amounts = made_exports()
    people = np.ones(len(amounts))
    people[4] = 1e9  # so that it has an advantage per head in nothing
    rows = as_rows(amounts)
    codes = sorted(rows["place"].unique())
    given = pd.DataFrame({"year": 2000, "place": codes, "pop": people})
    asked = {"presence_test": "rpop", "pop": given}
    theirs = theirs_of(rows, **asked)
    assert theirs("eci").isna().all(axis=None)
    assert theirs("pci").isna().all(axis=None)
    people = dict(zip(codes, people, strict=True))
    ours = complexity(rows, population=people, presence="rpop")
    lost = ours.diversity == 0
    assert lost[4]
    assert lost.sum() < len(codes) / 2
    np.testing.assert_array_equal(np.isnan(ours.eci), lost)
    np.testing.assert_array_equal(np.isnan(ours.pci), ours.ubiquity == 0)
    reason = ours.table().set_index("place").loc[codes[4], "reason"]
    assert reason == "No revealed advantage anywhere."


def test_density_by_nearest_neighbours_counts_in_theirs_and_is_a_share_in_ours():
    rows = as_rows(made_exports())
    theirs = theirs_of(rows, knn=5)("density").to_numpy()
    assert (theirs == np.round(theirs)).all()
    assert theirs.max() > 1.0
    ours = complexity(rows, neighbours=5)
    assert 0.0 <= ours.density.min() <= ours.density.max() <= 1.0
    present, phi = ours.present, ours.proximity.copy()
    np.fill_diagonal(phi, 0.0)
    p = 17
    near = phi[:, p] >= np.sort(phi[:, p])[-5]
    expected = (present * phi[:, p])[:, near].sum(axis=1) / phi[near, p].sum()
    np.testing.assert_allclose(ours.density[:, p], expected, atol=1e-12)
    everything = density(present, neighbours=len(phi), diagonal=0.0)
    np.testing.assert_allclose(everything, density(present, diagonal=0.0), atol=1e-12)


def test_either_test_of_presence_gives_numbers_above_one_in_theirs_and_a_union_in_ours():
    amounts = made_exports()
    rows, people = as_rows(amounts), np.linspace(1.0, 9.0, len(amounts))
    codes = sorted(rows["place"].unique())
    given = pd.DataFrame({"year": 2000, "place": codes, "pop": people})
    theirs = theirs_of(rows, presence_test="both", pop=given)
    assert set(np.unique(theirs("mcp"))) == {0, 1, 2}
    people = dict(zip(codes, people, strict=True))
    ours = complexity(rows, population=people, presence="both")
    np.testing.assert_array_equal(ours.present, theirs("mcp").to_numpy() > 0)


def test_a_repeated_row_is_taken_silently_by_theirs_and_refused_with_its_row_by_ours():
    rows = as_rows(made_exports())
    again = pd.concat([rows, rows.iloc[[3]].assign(value=1e9)], ignore_index=True)
    np.testing.assert_array_equal(theirs_of(again)("value"), theirs_of(rows)("value"))
    with pytest.raises(ValueError, match=rf"row {len(rows) + 2}: .* of row 5 again"):
        complexity(again)
