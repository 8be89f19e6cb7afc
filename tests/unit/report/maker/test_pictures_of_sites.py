"""Pictures of tiers and of places: every site is drawn or counted, none hides another."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from chainwright.report.maker.dot_map import draw_dots
from chainwright.report.maker.spots import EXPOSED, SAFE, UNKNOWN, Lettering, Spot, Spots
from chainwright.report.maker.tier_picture import HEIGHT, WIDTH, draw_tiers
from chainwright.report.wording import Words

SVG = "{http://www.w3.org/2000/svg}"


def spots(tiers, *, places=("CHN", "JPN", ""), exposed=5, seed=0, coordinates=True):
    """Return sites at tiers, drawn at random; the first ones are exposed and ranked."""
    rng = np.random.default_rng(seed)
    n = sum(tiers)
    standing = np.where(rng.random(n) < 0.2, UNKNOWN, SAFE)
    rank = np.zeros(n, dtype=np.int64)
    chosen = rng.permutation(n)[:exposed]
    standing[chosen], rank[chosen] = EXPOSED, np.arange(1, len(chosen) + 1)
    return Spots(
        np.repeat(np.arange(len(tiers)), tiers),
        np.array(places, dtype=object)[rng.integers(0, len(places), n)],
        standing,
        rank,
        rng.uniform(20, 50, n) if coordinates else np.full(n, np.nan),
        rng.uniform(90, 130, n) if coordinates else np.full(n, np.nan),
    )


def drawn(picture, *, legend=3):
    """Return the spots of a picture after those of its legend."""
    return [mark for mark in picture.marks if isinstance(mark, Spot)][legend:]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tiers", [[1], [2, 30], [6, 440, 590, 220, 7], [1, 5, 2000, 3]])
def test_every_site_is_drawn_or_counted_and_none_covers_another(language, tiers):
    held = spots(tiers)
    picture = draw_tiers(held, Words(language), title="T")
    shown = drawn(picture)
    assert len(shown) + picture.missing == len(held)
    at = np.array([(spot.x, spot.y, spot.radius) for spot in shown])
    assert (at[:, 0] >= 0).all()
    assert (at[:, 0] <= WIDTH).all()
    assert (at[:, 1] <= HEIGHT).all()
    order = np.lexsort((at[:, 0], at[:, 1].round(3)))
    row = at[order]
    beside = np.abs(np.diff(row[:, 1])) < 1e-6
    assert (np.diff(row[:, 0])[beside] >= 2 * row[:-1, 2][beside] - 1e-9).all()


def test_what_does_not_fit_is_said_below_its_column():
    held = spots([1, 19000], places=("CHN", "JPN", "DEU", "USA"), exposed=50)
    picture = draw_tiers(held, Words("en"), title="T")
    assert picture.missing > 0
    told = [mark.text for mark in picture.marks if isinstance(mark, Lettering)]
    assert any(text.startswith("not drawn: ") for text in told)
    assert len(drawn(picture)) == len(held) - picture.missing


def test_the_exposed_come_first_and_carry_their_rank():
    picture = draw_tiers(spots([0, 40], exposed=12), Words("en"), title="T")
    ranks = [spot.text for spot in drawn(picture) if spot.standing == EXPOSED]
    assert sorted(map(int, ranks)) == list(range(1, 13))
    for place in ("China", "Japan"):
        heads = [m for m in picture.marks if isinstance(m, Lettering) and m.text.startswith(place)]
        assert len(heads) == 1
    first = drawn(picture)[0]
    assert first.standing == EXPOSED
    assert first.size > first.radius


def test_counts_over_the_columns_are_those_of_the_sites():
    held = spots([2, 30, 8], exposed=9)
    picture = draw_tiers(held, Words("en"), title="T")
    told = [mark.text for mark in picture.marks if isinstance(mark, Lettering)]
    for tier, number in enumerate([2, 30, 8]):
        exposed = int(((held.tier == tier) & (held.standing == EXPOSED)).sum())
        assert f"sites: {number}, exposed: {exposed}" in told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_picture_is_well_formed_and_says_what_it_shows(language):
    for picture in (
        draw_tiers(spots([3, 20]), Words(language), title="A < B"),
        draw_dots(spots([3, 20]), Words(language), title="A < B"),
    ):
        root = ET.fromstring(picture.svg())  # noqa: S314
        assert root.find(f"{SVG}title").text == "A < B"
        assert "23" in root.find(f"{SVG}desc").text
        assert root.find(f"{SVG}defs/{SVG}pattern").attrib["id"] == "hatch"
        circles = list(root.iter(f"{SVG}circle"))
        assert len(circles) == len(drawn(picture)) + 3


def test_unknown_sites_are_hatched_and_named_so():
    held = spots([0, 30], exposed=0)
    text = draw_tiers(held, Words("en"), title="T").svg()
    unknown = int((held.standing == UNKNOWN).sum())
    assert text.count('fill="url(#hatch)"') == unknown + 1  # and one in the legend
    assert "country not known" in text


def test_a_chain_without_sites_is_an_empty_picture():
    picture = draw_tiers(spots([0], exposed=0), Words("en"), title="T")
    assert (picture.missing, drawn(picture)) == (0, [])


def test_the_chart_for_a_workbook_has_the_same_words():
    picture = draw_tiers(spots([2, 12]), Words("en"), title="T")
    chart = picture.chart()
    told = {mark.text for mark in picture.marks if isinstance(mark, Lettering)}
    assert told <= {label.text for label in chart.labels} | {""}
    assert chart.size == picture.size
    assert chart.png(dots=40.0)[:4] == b"\x89PNG"


def test_a_map_keeps_north_up_and_east_right():
    held = spots([0, 25], exposed=0)
    held = Spots(held.tier, held.place, np.full(25, SAFE), held.rank, held.latitude, held.longitude)
    shown = drawn(draw_dots(held, Words("en"), title="M"))
    x, y = np.array([s.x for s in shown]), np.array([s.y for s in shown])
    assert (np.argsort(x) == np.argsort(held.longitude)).all()
    assert (np.argsort(-y) == np.argsort(held.latitude)).all()
    across = (x.max() - x.min()) / np.ptp(held.longitude)
    up = (y.max() - y.min()) / np.ptp(held.latitude)
    middle = np.radians((held.latitude.max() + held.latitude.min()) / 2)
    assert across / up == pytest.approx(np.cos(middle), rel=0.02)


def test_sites_without_coordinates_are_counted_and_a_map_of_none_is_none():
    held = spots([0, 10], exposed=2)
    held.latitude[:4] = np.nan
    picture = draw_dots(held, Words("en"), title="M")
    assert (picture.missing, len(drawn(picture))) == (4, 6)
    assert draw_dots(spots([0, 5], coordinates=False), Words("en"), title="M") is None


def test_one_site_alone_has_a_map_of_two_degrees():
    held = spots([0, 1], exposed=1)
    (only,) = drawn(draw_dots(held, Words("zh"), title="M"))
    assert only.text == "1"
    told = [
        m.text for m in draw_dots(held, Words("zh"), title="M").marks if isinstance(m, Lettering)
    ]
    assert any(text.startswith("东经") for text in told)
    assert any(text.startswith("北纬") for text in told)


def test_the_first_in_rank_lies_on_top():
    held = spots([0, 20], exposed=6)
    last = drawn(draw_dots(held, Words("en"), title="M"))[-1]
    assert (last.standing, last.rank) == (EXPOSED, 1)
