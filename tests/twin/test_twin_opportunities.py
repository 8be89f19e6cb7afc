"""Opportunities, relatedness, filters, panels and given PCI against the plain twin."""

import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose import complexity, complexity_years, opportunities
from chainwright.diagnose.product_space.density import relative_relatedness
from complexity_twin import advantage, complexity_twin
from made_exports import as_rows, made_exports

PRESETS = {
    "low-hanging fruit": (0.60, 0.15, 0.25),
    "balanced": (0.50, 0.20, 0.30),
    "long jumps": (0.40, 0.25, 0.35),
}
X = made_exports(14, 24, seed=5)


def z(values):
    return (values - values.mean()) / values.std()


def close(held, wanted):
    np.testing.assert_allclose(held, wanted, rtol=0, atol=1e-9)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("convention", ["growthlab", "stata", "r"])
def test_what_a_place_has_not_is_scored(convention, preset):
    twin = complexity_twin(X, convention, "eigen")
    ours = complexity(as_rows(X), convention=convention)
    have = twin["rca"] > 1.0 if convention == "stata" else twin["rca"] >= 1.0
    for c in (0, 3, 7):
        place = ours.places.codes[c]
        frame = opportunities(ours, place=place, preset=preset).table()
        absent = np.flatnonzero(~have[c])
        at = ours.products.index(frame["product"])
        assert sorted(at) == sorted(absent)
        parts = [twin["density"][c], twin["pci"], twin["cog"][c]]
        scaled = [z(part[absent]) for part in parts]
        wanted = sum(w * s for w, s in zip(PRESETS[preset], scaled, strict=True))
        order = [list(absent).index(p) for p in at]
        close(frame["score"], wanted[order])
        for name, part, s in zip(("density", "pci", "cog"), parts, scaled, strict=True):
            close(frame[name], part[at])
            close(frame[f"{name}_z"], s[order])
        close(frame["relative_relatedness"], scaled[0][order])
        close(frame["rca"], twin["rca"][c][at])
        assert list(frame["ubiquity"]) == list(twin["ubiquity"][at])
        assert list(frame["score"]) == sorted(frame["score"], reverse=True)
        above = [int((wanted > score + 1e-9).sum()) + 1 for score in wanted[order]]
        assert list(frame["rank"]) == above  # equal scores share their place


def test_relatedness_stands_against_all_that_a_place_has_not():
    twin = complexity_twin(X, "growthlab", "eigen")
    have = twin["rca"] >= 1.0
    found = relative_relatedness(twin["density"], have)
    for c in range(len(X)):
        close(found[c][~have[c]], z(twin["density"][c][~have[c]]))
        assert np.isnan(found[c][have[c]]).all()


def test_a_filter_by_share_is_the_answer_of_what_is_left():
    share = X.sum(axis=1) / X.sum()
    kept = share >= np.sort(share)[4]
    limit = float((np.sort(share)[3] + np.sort(share)[4]) / 2)
    ours = complexity(as_rows(X), filter={"min_share": limit})
    rest = X[kept]
    assert (rest.sum(axis=0) > 0).all()
    twin = complexity_twin(rest, "growthlab", "eigen")
    for name in ("eci", "fitness", "coi", "rca", "density", "cog"):
        close(getattr(ours, name)[kept], twin[name])
        assert np.isnan(getattr(ours, name)[~kept].astype(float)).all()
    close(ours.pci, twin["pci"])
    close(ours.complexity_fitness, twin["complexity_fitness"])


def test_a_filter_by_product_share_counts_products():
    share = X.sum(axis=0) / X.sum()
    limit = float((np.sort(share)[2] + np.sort(share)[3]) / 2)
    kept = share >= limit
    ours = complexity(as_rows(X), filter={"min_product_share": limit})
    twin = complexity_twin(X[:, kept], "growthlab", "eigen")
    close(ours.pci[kept], twin["pci"])
    close(ours.eci, twin["eci"])
    assert np.isnan(ours.pci[~kept]).all()


@pytest.mark.parametrize("convention", ["growthlab", "stata", "r"])
def test_each_year_of_a_panel_is_its_own_problem(convention):
    years = {2020 + k: made_exports(10, 16, seed=30 + k) for k in range(3)}
    table = pd.concat(
        [as_rows(x).assign(year=year) for year, x in years.items()], ignore_index=True
    )
    found = complexity_years(table, convention=convention)
    frame = found.table()
    for year, x in years.items():
        twin = complexity_twin(x, convention, "eigen")
        some = frame[frame["year"] == year]
        assert len(some) == len(x)
        at = found[year].places.index(some["place"])
        for name in ("eci", "fitness", "coi", "diversity"):
            close(some[name].to_numpy(dtype=float), twin[name][at])


@pytest.mark.parametrize(("convention", "ddof"), [("growthlab", 0), ("stata", 1), ("r", 1)])
def test_provinces_take_the_complexity_that_is_given(convention, ddof):
    wide = complexity(as_rows(X), convention=convention)
    given = dict(zip(wide.products.codes, wide.pci, strict=True))
    given.pop(wide.products.codes[2])
    local = made_exports(6, 24, seed=9)
    ours = complexity(as_rows(local), convention=convention, given_pci=given)
    pci = np.array([given.get(p, np.nan) for p in ours.products.codes])
    pci = (pci - np.nanmean(pci)) / np.nanstd(pci, ddof=ddof)
    R = advantage(local)
    have = (R > 1.0 if convention == "stata" else R >= 1.0) & ~np.isnan(pci)
    assert have.any()
    close(ours.eci, [pci[row].mean() if row.any() else np.nan for row in have])
