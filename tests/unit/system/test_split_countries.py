"""Tables in which China and Mexico produce in parts and use as wholes, as in extended ICIO."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import System, accounts, diagnose
from chainwright.errors import LabelError, MissingPartError
from chainwright.system import Home
from layouts.icio import PARTS, icio
from toys import long_table

CHINA = ("CHN", "CN1", "CN2")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    file = icio("2023", extended=True)
    return file.write(tmp_path_factory.mktemp("icio") / "ICIO2023_2018.csv")


@pytest.fixture(scope="module")
def apart(path):
    return System.read(path)


@pytest.fixture(scope="module")
def folded(path):
    return System.read(path, fold=True)


def without_idle(system):
    """The same table without the producers that make nothing, as a long table would have it."""
    flows = system.flows
    kept = flows.output > 0.0
    return System(
        replace(
            flows,
            nodes=flows.nodes.take(kept),
            matrix=flows.matrix[np.ix_(kept, kept)],
            final=flows.final[kept],
            value_added=flows.value_added[:, kept],
            stated_output=flows.stated_output[kept],
        )
    )


@pytest.mark.parametrize("home", ["CHN", ["CHN"], "CN1+CN2", ["CN1", "CN2"], "CHN+CN1"])
def test_a_country_in_parts_is_all_of_them_whatever_it_is_called(apart, home):
    assert Home.of(apart.flows, home).regions == CHINA


def test_one_part_is_itself_and_its_nation_all(apart):
    found = Home.of(apart.flows, "CN1", "CHN")
    assert found.regions == ("CN1",)
    assert found.nation == CHINA


def test_a_group_takes_the_parts_of_its_members(apart):
    found = Home.of(apart.flows, "BRICS")
    assert found.regions == CHINA
    assert set(found.missing) >= {"BRA", "IND", "RUS", "ZAF"}
    assert Home.of(apart.flows, "USMCA").regions == ("MEX", "USA", "MX1", "MX2")


def test_home_in_parts_makes_what_the_whole_makes(apart, folded):
    own = Home.of(apart.flows, "CHN").mask(apart.flows)
    whole = Home.of(folded.flows, "CHN").mask(folded.flows)
    made = folded.flows.output[whole].sum()
    assert made > 0.0
    np.testing.assert_allclose(apart.flows.output[own].sum(), made, rtol=1e-12)


@pytest.mark.parametrize("drop", [False, True])
def test_necks_of_parts_are_those_of_the_whole(apart, folded, drop):
    system = without_idle(apart) if drop else apart
    one = diagnose.stuck_necks(system, home="CHN").purchases
    other = diagnose.stuck_necks(folded, home="CHN").purchases
    np.testing.assert_allclose(one.output, other.output, rtol=1e-10)
    np.testing.assert_allclose(one.direct.total, other.direct.total, rtol=1e-10)
    np.testing.assert_allclose(one.direct.foreign, other.direct.foreign, rtol=1e-10)
    assert set(one.countries.codes) == set(other.countries.codes) == {"AUS", "MEX", "USA"}


@pytest.mark.parametrize("drop", [False, True])
def test_footprints_of_parts_are_those_of_the_whole(apart, folded, drop):
    system = without_idle(apart) if drop else apart
    one, other = (accounts.footprint(s, home="CHN").table() for s in (system, folded))
    assert one["amount"].sum() == pytest.approx(other["amount"].sum(), rel=1e-9)
    assert other["amount"].sum() > 0.0


def test_a_part_alone_has_no_footprint_of_its_own_and_the_error_says_what_to_do(apart):
    with pytest.raises(MissingPartError, match=r"final users of CN1.*Name the whole country"):
        accounts.footprint(apart, home="CN1")


@pytest.mark.parametrize("drop", [False, True])
def test_what_is_finally_used_abroad_is_the_same_for_parts_and_for_the_whole(apart, folded, drop):
    system = without_idle(apart) if drop else apart
    found = []
    for one in (system, folded):
        frame = accounts.reliance(one, home="CHN").by_region().set_index("sectors")
        found.append(frame.loc["all", ["output", "foreign_input_face", "final_use_abroad"]])
    np.testing.assert_allclose(*(f.to_numpy(dtype=float) for f in found), rtol=1e-9)


def test_without_a_home_each_part_counts_the_users_of_its_country_as_its_own(apart, folded):
    one = accounts.reliance(apart)
    other = accounts.reliance(folded)
    nodes, x = apart.flows.nodes, apart.flows.output
    parts = nodes.mask(regions=["CN1", "CN2"])
    whole = folded.flows.nodes.mask(regions=["CHN"])
    used = x[parts] @ one.final_use_abroad[parts]
    expected = folded.flows.output[whole] @ other.final_use_abroad[whole]
    assert used == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("drop", [False, True])
def test_plates_and_assessment_see_the_same_country(apart, folded, drop):
    system = without_idle(apart) if drop else apart
    for ask in (diagnose.long_plates, diagnose.assessment):
        one, other = (ask(s, home="CHN").table() for s in (system, folded))
        assert len(one) == len(other) > 0
        key = [c for c in ("sector", "indicator") if c in one.columns]
        one, other = (f.sort_values(key).reset_index(drop=True) for f in (one, other))
        for column in ("output", "world_share", "revealed_advantage", "exports"):
            if column in one.columns:
                np.testing.assert_allclose(one[column], other[column], rtol=1e-8, atol=1e-12)


def test_exports_to_the_users_of_the_own_country_are_no_exports(apart, folded):
    """Nine terms need users of each region: parts share theirs, so they are refused."""
    with pytest.raises(MissingPartError, match="fold=True"):
        accounts.export_split(apart)
    with pytest.raises(MissingPartError, match="fold=True"):
        accounts.export_split(without_idle(apart))
    assert len(accounts.export_split(folded).table()) == 5


@pytest.mark.parametrize("regions", [["CHN"], ["CN1", "CN2"], ["CN2", "CHN"]])
def test_a_cut_takes_the_parts_with_the_users_of_the_whole(apart, folded, regions):
    cut, whole = apart.between(regions).flows, folded.between(["CHN"]).flows
    assert cut.nodes.regions.codes == CHINA
    for got, expected in (
        (cut.output.sum(), whole.output.sum()),
        (cut.final[:, cut.final_of("exports")].sum(), whole.final[:, -1].sum()),
        (cut.imports.matrix.sum(), whole.imports.matrix.sum()),
        (cut.imports.final.sum(), whole.imports.final.sum()),
    ):
        assert expected > 0.0
        assert got == pytest.approx(expected, rel=1e-9)


def test_a_cut_to_parts_that_stand_without_their_whole_keeps_its_users(apart):
    system = without_idle(apart)
    cut = system.between(["CN1", "CN2"]).flows
    assert cut.nodes.regions.codes == ("CN1", "CN2")
    assert "CHN" in cut.users.regions.codes
    assert cut.imports.final.sum() > 0.0


def test_parts_joined_by_hand_are_what_the_reader_folds(apart, folded):
    joined = apart.aggregated(PARTS).flows
    assert set(joined.nodes.codes) == set(folded.flows.nodes.codes)
    order = [joined.nodes.find(code) for code in folded.flows.nodes.codes]
    np.testing.assert_allclose(joined.matrix[np.ix_(order, order)], folded.flows.matrix, rtol=1e-12)
    np.testing.assert_allclose(joined.final[order], folded.flows.final, rtol=1e-12)
    np.testing.assert_allclose(joined.added[order], folded.flows.added, rtol=1e-9)


def test_the_whole_table_is_no_home_even_in_parts(apart):
    with pytest.raises(LabelError, match="Home is the whole table"):
        Home.of(apart.flows, "AUS+CHN+MEX+USA+ROW")


def test_losses_of_a_home_without_output_have_no_share():
    table = long_table(
        intermediate={("A:m", "A:m"): 1.0, ("Z:m", "Z:m"): 0.0}, final={("A:m", "A:final"): 3.0}
    )
    found = accounts.extraction(System.from_table(table), home="Z").table()
    assert found["home_output_lost"].tolist() == [0.0, 0.0]
    assert found["home_output_lost_share"].isna().all()


def test_regions_that_go_are_missed_as_the_whole_is(apart, folded):
    one = accounts.region_extraction(apart, "CHN")
    other = accounts.region_extraction(folded, "CHN")
    assert one.regions == CHINA
    assert one.lost_elsewhere > 0.0
    assert one.output_lost[one.removed].sum() == pytest.approx(
        other.output_lost[other.removed].sum(), rel=1e-9
    )
    # parts that buy differently from their whole lose others a little differently
    assert one.lost_elsewhere == pytest.approx(other.lost_elsewhere, rel=0.05)
