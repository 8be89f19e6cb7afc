"""Laws of concentration and dependence in trade."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import System
from chainwright.diagnose import dependence, lasting_dependence, trade_dependence
from chainwright.diagnose.products.trade_blocs import blocs_among, with_blocs
from chainwright.diagnose.products.trade_concentration import concentration
from chainwright.system import Axis, Trade
from trades import made, trade_of, traded, year_of

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(2, 8)


@st.composite
def frames(draw):
    """Draw a year of made-up flows with at least one."""
    places, products = draw(SIZES), draw(st.integers(1, 6))
    fill = draw(st.floats(0.2, 1.0))
    for seed in range(draw(SEEDS), 2**63):
        frame = made(seed, places=places, products=products, fill=fill)
        if len(frame):
            return frame
    raise AssertionError


def measures(frame, blocs=()):
    year = year_of(frame)
    return concentration(with_blocs(year, blocs_among(year.places, blocs)))


NUMBERS = ("imports", "exports", "import_hhi", "top_share", "world_hhi", "world_loss", "loss")


@given(frames())
def test_an_hhi_lies_between_one_supplier_and_equal_ones(frame):
    found = measures(frame)
    bought = found.imports > 0.0
    least = 1.0 / found.suppliers[bought]
    assert (found.import_hhi[bought] <= 1.0).all()
    assert (found.import_hhi[bought] >= least * (1 - 1e-12)).all()
    assert (found.import_hhi[bought] >= found.top_share[bought] ** 2 * (1 - 1e-12)).all()
    sold = np.count_nonzero(found.exports > 0.0, axis=0)
    assert (found.world_hhi >= (1.0 / sold) * (1 - 1e-12)).all()
    assert np.isnan(found.import_hhi[~bought]).all()


@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, random):
    rows = list(range(len(frame)))
    random.shuffle(rows)
    one, other = measures(frame), measures(frame.iloc[rows])
    for name in NUMBERS:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-12)
    np.testing.assert_array_equal(other.top_supplier, one.top_supplier)


@given(frames(), SEEDS)
def test_the_order_of_places_and_products_does_not_matter(frame, seed):
    year = year_of(frame)
    rng = np.random.default_rng(seed)
    c, p = rng.permutation(len(year.places)), rng.permutation(len(year.products))
    turned = replace(
        year,
        places=year.places.take(c),
        products=year.products.take(p),
        exporter=np.argsort(c)[year.exporter].astype(np.int16),
        importer=np.argsort(c)[year.importer].astype(np.int16),
        product=np.argsort(p)[year.product].astype(np.int32),
    )
    one, other = (concentration(with_blocs(y, [])) for y in (year, turned))
    np.testing.assert_allclose(other.import_hhi, one.import_hhi[np.ix_(c, p)], rtol=1e-12)
    np.testing.assert_allclose(other.loss, one.loss[np.ix_(c, p)], rtol=1e-12)
    np.testing.assert_allclose(other.world_hhi, one.world_hhi[p], rtol=1e-12)


@given(frames(), st.floats(1e-6, 1e9))
def test_the_unit_of_money_does_not_matter(frame, scale):
    one, other = measures(frame), measures(frame.assign(value=frame["value"] * scale))
    for name in NUMBERS[2:]:
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9)
    np.testing.assert_allclose(other.imports_per_exports, one.imports_per_exports, rtol=1e-9)


@given(frames())
def test_cdi2_of_one_country_is_one_wherever_it_imports(frame):
    home = frame["importer"].iloc[0]
    found = measures(frame, [home])
    cdi = found.cdi(0)[1]
    bought = found.imports[found.bloc_place[0]] > 0.0
    assert bought.any()
    assert (cdi[bought] == 1.0).all()
    assert np.isnan(cdi[~bought]).all()


@given(frames())
def test_an_importer_of_nothing_stays_empty_and_changes_nothing(frame):
    year = year_of(frame)
    more = replace(year, places=Axis("place", (*year.places.codes, "ZZ")))
    one, other = (concentration(with_blocs(y, [])) for y in (year, more))
    assert not other.imports[-1].any()
    assert np.isnan(other.import_hhi[-1]).all()
    assert (other.top_supplier[-1] == -1).all()
    for name in NUMBERS:
        whole = getattr(other, name)
        kept = whole[:-1] if whole.ndim == 2 else whole
        np.testing.assert_allclose(kept, getattr(one, name), rtol=1e-12)


@given(frames())
def test_shares_sum_to_one_and_a_loss_is_a_share(frame):
    found = measures(frame)
    sums = found.exports.sum(axis=0)
    np.testing.assert_allclose(found.imports.sum(axis=0), sums, rtol=1e-12)
    loss = found.loss[~np.isnan(found.loss)]
    assert ((loss >= 0.0) & (loss <= 1.0)).all()
    lost = np.nansum(found.loss * found.imports, axis=0)
    np.testing.assert_allclose(lost, found.world_loss * sums, rtol=1e-9)


@given(frames())
def test_a_bloc_of_two_hides_what_lies_between_them(frame):
    pair = sorted({*frame["exporter"], *frame["importer"]})[:2]
    joined, apart = measures(frame, ["+".join(pair)]), measures(frame)
    total = joined.imports.sum() + joined.inner.sum()
    np.testing.assert_allclose(total, apart.imports.sum(), rtol=1e-12)
    for row, code in enumerate(joined.places.codes):
        if code in apart.places.place:
            at = apart.places.place[code]
            np.testing.assert_allclose(joined.imports[row], apart.imports[at], rtol=1e-12)
            with np.errstate(invalid="ignore"):  # joining suppliers concentrates
                less = joined.import_hhi[row] < apart.import_hhi[at] - 1e-12
            assert not less.any()


@settings(max_examples=6)
@given(SEEDS)
def test_a_home_is_one_of_all_importers(seed):
    system = traded(seed, places=5, products=4, fill=0.5)
    table = trade_dependence(system, blocs=[]).table()
    for home in system.trade.year().places.codes:
        mine = table[table["importer"] == home].set_index("product")
        ours = dependence(system, home=home, blocs=[]).table().set_index("product")
        ours = ours[ours["imports"] > 0.0]
        assert sorted(ours.index) == sorted(mine.index.astype(str))
        for name in ("imports", "exports", "import_hhi", "top_share", "world_export_hhi"):
            wanted = mine.loc[ours.index, name].to_numpy(dtype=float)
            np.testing.assert_allclose(ours[name].to_numpy(dtype=float), wanted, rtol=1e-12)
        assert (ours["dependent"] == mine.loc[ours.index, "dependent"]).all()


@settings(max_examples=6)
@given(SEEDS)
def test_what_lasts_is_flagged_in_two_of_three_years_and_the_same_for_home(seed):
    system = traded(seed, places=5, products=4)
    found = lasting_dependence(system, blocs=[])
    flags = np.array([found.flagged(y) for y in range(len(found.years))])
    np.testing.assert_array_equal(found.lasting, flags[-3:].sum(axis=0) >= 2)
    table = found.table()
    for home in system.trade.year().places.codes[:2]:
        ours = dependence(system, home=home, blocs=[]).table()
        wanted = set(table["product"][(table["importer"] == home) & table["lasting"]])
        assert set(ours["product"][ours["lasting"].fillna(value=False)]) == wanted


@settings(max_examples=6)
@given(SEEDS)
def test_the_same_question_gives_the_same_bytes(seed):
    frame = made(seed)
    one, other = (trade_dependence(trade_of({2020: frame}), blocs=["P00+P01"]) for _ in range(2))
    assert one.table().to_csv() == other.table().to_csv()
    assert one.products().to_csv() == other.products().to_csv()


def test_a_system_of_trade_says_what_it_is():
    assert "bilateral flows" in repr(System(trade=Trade.of_years({2020: year_of(made(1))})))
