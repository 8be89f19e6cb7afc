"""What holds for any table: float32, imports, stressors, sectors that differ by region."""

from dataclasses import replace

import numpy as np
import pytest

from chainwright import System
from chainwright.errors import LabelError, MoneyError, UnknownCodeError
from chainwright.system import Home, Nodes
from chainwright.units import Money
from toys import long_table
from worlds import competitive, national, world


def uneven():
    """Region A has two sectors, B one of its own and one of A's, C one; CO2, two value kinds."""
    z = {
        ("A:m", "A:k"): 4.0, ("A:m", "B:m"): 3.0, ("A:k", "C:z"): 2.0, ("B:m", "A:m"): 5.0,
        ("B:q", "B:m"): 1.0, ("B:q", "C:z"): 6.0, ("C:z", "A:k"): 7.0, ("C:z", "B:q"): 1.5,
    }  # fmt: skip
    nodes = ("A:m", "A:k", "B:m", "B:q", "C:z")
    final = {(i, f"{r}:use"): 10.0 + j for j, i in enumerate(nodes) for r in "ABC"}
    added = {(k, i): 1.0 + j for k in ("wages", "profit") for j, i in enumerate(nodes)}
    carbon = {("CO2", i): 2.0 + j for j, i in enumerate(nodes)} | {("CO2", "B:use"): 3.0}
    table = long_table(intermediate=z, final=final, value_added=added, stressor=carbon)
    return System.from_table(table, currency="USD", year=2000)


def single(system):
    """The same system in float32."""
    flows = system.flows
    small = {
        name: array.astype(np.float32)
        for name in ("matrix", "final", "value_added", "stated_output")
        if (array := getattr(flows, name)) is not None
    }
    imports, stressors = (
        part and replace(part, matrix=np.float32(part.matrix), final=np.float32(part.final))
        for part in (flows.imports, flows.stressors)
    )
    return System(replace(flows, **small, imports=imports, stressors=stressors))


def arrays(flows):
    found = {n: getattr(flows, n) for n in ("matrix", "final", "value_added", "stated_output")}
    for name in ("imports", "stressors"):
        if (part := getattr(flows, name)) is not None:
            found |= {f"{name}.matrix": part.matrix, f"{name}.final": part.final}
    return {name: array for name, array in found.items() if array is not None}


SYSTEMS = {
    "world": lambda: world(1),
    "uneven": uneven,
    "nation": lambda: national(2),
    "competitive": lambda: competitive(3),
    "split": lambda: System(competitive(3).flows.split_imports()),
    "cut": lambda: uneven().between(["A", "C"]),
    "joined": lambda: uneven().aggregated({"A": "N", "B": "N"}),
    "idle": lambda: world(4, idle=True),
}


@pytest.fixture(params=SYSTEMS, scope="module")
def any_system(request):
    return SYSTEMS[request.param]()


@pytest.mark.parametrize("narrow", [False, True])
def test_every_array_and_label_comes_back_from_a_saved_file(any_system, narrow, tmp_path):
    system = single(any_system) if narrow else any_system
    system.save(tmp_path / "s.chainwright")
    one, other = system.flows, System.read(tmp_path / "s.chainwright").flows
    assert arrays(one).keys() == arrays(other).keys()
    for name, array in arrays(one).items():
        back = arrays(other)[name]
        assert back.dtype == array.dtype == (np.float32 if narrow else np.float64), name
        np.testing.assert_array_equal(back, array, err_msg=name)
        assert not back.flags.writeable
    for name in ("roles", "money", "origin", "composite", "price_basis", "value_added_kinds"):
        assert getattr(one, name) == getattr(other, name), name
    assert (one.nodes.codes, one.users.codes) == (other.nodes.codes, other.users.codes)
    if one.imports is not None:
        assert one.imports.rows.codes == other.imports.rows.codes
        assert one.imports.method == other.imports.method
    if one.stressors is not None:
        assert (one.stressors.axis, one.stressors.units) == (
            other.stressors.axis, other.stressors.units,
        )  # fmt: skip


def test_joining_adds_every_array_up_and_loses_nothing(any_system):
    flows = any_system.flows
    regions, sectors = flows.nodes.regions.codes, flows.nodes.sectors.codes
    joined = any_system.aggregated(
        dict.fromkeys((f"sector:{s}" for s in sectors[:2]), "both")
        | dict.fromkeys((f"region:{r}" for r in regions[:2]), "lands")
    ).flows
    for name, array in arrays(flows).items():
        assert arrays(joined)[name].sum() == pytest.approx(array.sum(), rel=1e-12, abs=1e-12), name
    np.testing.assert_allclose(joined.output.sum(), flows.output.sum(), rtol=1e-12)
    assert joined.nodes.regions.codes[0] == "lands"
    assert joined.nodes.sectors.codes[0] == "both"
    assert "codes joined" in joined.origin.notes[-1]
    assert joined.roles == flows.roles


def test_joining_every_label_to_itself_changes_nothing(any_system):
    flows = any_system.flows
    same = any_system.aggregated({f"region:{r}": r for r in flows.nodes.regions.codes}).flows
    assert same.nodes.codes == flows.nodes.codes
    for name, array in arrays(flows).items():
        np.testing.assert_array_equal(arrays(same)[name], array, err_msg=name)


def test_single_precision_stays_so_in_all_that_is_made_of_a_system(any_system):
    flows = single(any_system).flows
    made = {
        "joined": System(flows).aggregated({f"sector:{flows.nodes.sectors.codes[0]}": "x"}).flows,
        "stressed": flows.with_stressors("jobs", "1", np.ones(len(flows.nodes))),
    }
    if flows.imports is None and len(flows.nodes.regions) > 1:
        made["cut"] = System(flows).between([flows.nodes.regions.codes[0]]).flows
    for what, found in made.items():
        for name, array in arrays(found).items():
            assert array.dtype == np.float32, (what, name)
    assert flows.output.dtype == np.float64  # sums are always exact to double


def test_a_cut_of_uneven_regions_by_hand():
    cut = uneven().between(["A", "C"]).flows
    assert cut.nodes.codes == ("A:m", "A:k", "C:z")
    assert cut.matrix.tolist() == [[0, 4, 0], [0, 0, 2], [0, 7, 0]]
    assert cut.imports.rows.codes == ("B:m", "B:q")
    assert cut.imports.matrix.tolist() == [[5, 0, 0], [0, 0, 6]]
    assert cut.imports.final.tolist() == [[12, 12, 0, 0], [13, 13, 0, 0]]
    assert cut.users.codes == ("A:use", "C:use", "A:exports", "C:exports")
    assert cut.final.tolist() == [[10, 10, 13, 0], [11, 11, 11, 0], [14, 14, 0, 15.5]]
    assert cut.roles[-1] == "exports"
    assert cut.stressors.matrix.tolist() == [[2, 3, 6]]
    assert cut.stressors.final.tolist() == [[0, 0, 0, 0]]
    assert cut.value_added.tolist() == [[1, 2, 5], [1, 2, 5]]
    assert cut.origin.notes[-1] == "cut to A, C; the rest became imports, exports"


def test_uneven_regions_joined_by_hand():
    joined = uneven().aggregated({"A": "N", "B": "N", "q": "k"}).flows
    assert joined.nodes.codes == ("N:m", "N:k", "C:z")
    assert joined.matrix.tolist() == [[8, 4, 0], [1, 0, 8], [0, 8.5, 0]]
    assert joined.users.codes == ("N:use", "C:use")
    assert joined.final.tolist() == [[44, 22], [48, 24], [28, 14]]
    assert joined.stressors.matrix.tolist() == [[6, 8, 6]]
    assert joined.stressors.final.tolist() == [[3, 0]]


def test_origins_of_imports_can_be_joined_after_a_cut_as_before_it():
    first = uneven().aggregated({"B": "E", "C": "E"}).between(["A"]).flows
    then = uneven().between(["A"]).aggregated({"B": "E", "C": "E"}).flows
    assert first.imports.rows.codes == then.imports.rows.codes == ("E:m", "E:z", "E:q")
    np.testing.assert_array_equal(first.imports.matrix, then.imports.matrix)
    np.testing.assert_array_equal(first.imports.final, then.imports.final)
    np.testing.assert_array_equal(first.final, then.final)


def test_products_that_are_only_imported_can_be_joined():
    cut = uneven().between(["A"]).aggregated({"q": "other", "z": "other"}).flows
    assert cut.imports.rows.codes == ("B:m", "C:other", "B:other")
    with pytest.raises(UnknownCodeError, match="no known region or sector"):
        uneven().between(["A"]).aggregated({"w": "v"})


def test_a_composite_region_stays_composite_under_its_new_name():
    flows = System.from_table(uneven().table(), composite=["C"]).aggregated({"C": "rest"}).flows
    assert flows.composite == {"rest"}


def test_a_cut_cannot_be_cut_again_nor_a_region_that_is_not_there():
    cut = uneven().between(["A", "B"])
    with pytest.raises(LabelError, match="Cut the table it was cut from"):
        cut.between(["A"])
    with pytest.raises(UnknownCodeError, match="'D' is no known region of this table"):
        uneven().between(["D"])


@pytest.mark.parametrize("rate", [0.0, -1.0, np.inf, np.nan])
def test_money_is_converted_at_a_finite_rate_above_zero_alone(rate):
    with pytest.raises(MoneyError, match="a rate above zero"):
        uneven().flows.in_money(Money("CNY", 2000, ""), rate=rate)


def test_conversion_scales_every_amount_and_no_stressor():
    flows = uneven().between(["A"]).flows
    found = flows.in_money(Money("CNY", 2000, ""), rate=8.0)
    for name, array in arrays(flows).items():
        factor = 1.0 if name.startswith("stressors") else 8.0
        np.testing.assert_array_equal(arrays(found)[name], factor * array, err_msg=name)
    assert found.money == Money("CNY", 2000, "")
    assert found.origin.notes[-1].endswith("at 8")
    with pytest.raises(MoneyError, match="two stated currencies"):
        national(1).flows.in_money(Money("CNY", 2000, ""), rate=8.0)


def test_a_competitive_table_split_in_proportion_keeps_output_and_all_uses():
    before, after = competitive(3).flows, competitive(3).flows.split_imports()
    np.testing.assert_allclose(after.output, before.output, rtol=1e-12)
    np.testing.assert_allclose(after.matrix + after.imports.matrix, before.matrix, rtol=1e-12)
    free = before.final_of("exports", "imports")
    assert (after.imports.final[:, free] == 0.0).all()
    np.testing.assert_allclose(
        after.imports.matrix.sum(axis=1) + after.imports.final.sum(axis=1),
        -before.final[:, before.final_of("imports")].sum(axis=1),
        rtol=1e-12,
    )
    np.testing.assert_allclose(after.final[:, before.final_of("imports")], 0.0, atol=1e-12)
    assert after.imports.method == "proportional"
    assert "an assumption" in after.origin.notes[-1]


@pytest.mark.parametrize(
    ("home", "nation", "regions", "around"),
    [
        ("R0", None, ("R0",), ("R0",)),
        (["R1", "R0"], None, ("R0", "R1"), ("R0", "R1")),
        ("R1+R0", None, ("R0", "R1"), ("R0", "R1")),
        ("R2", "R0+R2", ("R2",), ("R0", "R2")),
    ],
)
def test_home_and_nation_are_in_the_order_of_the_table(home, nation, regions, around):
    flows = world(1).flows
    found = Home.of(flows, home, nation)
    assert (found.regions, found.nation, found.missing) == (regions, around, ())
    assert found.mask(flows).sum() == 3 * len(regions)
    assert found.nation_mask(flows).sum() == 3 * len(around)


def test_a_nation_that_lacks_home_and_a_group_without_members_are_refused():
    flows = world(1).flows
    with pytest.raises(LabelError, match=r"The nation lacks R1 of home"):
        Home.of(flows, "R0+R1", "R0")
    with pytest.raises(LabelError, match="None of the 27 members of EU27"):
        Home.of(flows, "EU27")
    with pytest.raises(UnknownCodeError, match="'R9' is no known region of this table"):
        Home.of(flows, "R9")


def test_what_final_users_emit_stays_with_them_in_a_cut():
    cut = uneven().between(["B"]).flows
    assert cut.users.codes == ("B:use", "B:exports")
    assert cut.stressors.final.tolist() == [[3, 0]]
    both = uneven().between(["B", "C"]).flows
    assert both.users.codes == ("B:use", "C:use", "B:exports", "C:exports")
    assert both.stressors.final.tolist() == [[3, 0, 0, 0]]


def test_a_statistical_error_takes_no_part_in_the_split_of_imports():
    flows = competitive(3).flows
    n = len(flows.nodes)
    codes = (*flows.users.sectors.codes, "ERR")
    users = Nodes.of([("N", code) for code in codes], second="final category")
    error = np.linspace(0.5, 1.5, n)[:, None]
    given = replace(
        flows, users=users, roles=(*flows.roles, "error"), final=np.hstack([flows.final, error])
    )
    found, plain = given.split_imports(), flows.split_imports()
    np.testing.assert_array_equal(found.imports.matrix, plain.imports.matrix)
    np.testing.assert_array_equal(found.imports.final[:, :-1], plain.imports.final)
    assert (found.imports.final[:, -1] == 0.0).all()
    np.testing.assert_array_equal(found.final[:, -1], error[:, 0])


@pytest.mark.parametrize("seed", range(3))
def test_balancing_brings_inputs_imports_and_value_added_to_the_stated_output(seed):
    flows = national(seed).flows
    rng = np.random.default_rng(seed)
    stated = flows.output * rng.uniform(1.0, 1.1, len(flows.nodes))
    repaired = System(replace(flows, stated_output=stated)).balanced()
    found = repaired.system.flows
    np.testing.assert_allclose(found.output, stated, rtol=1e-7)
    inputs = found.matrix.sum(axis=0) + found.imports.matrix.sum(axis=0) + found.added
    np.testing.assert_allclose(inputs, stated, rtol=1e-7)
    np.testing.assert_array_equal(found.imports.matrix, flows.imports.matrix)
    np.testing.assert_array_equal(found.added, flows.added)
    assert (np.sign(found.matrix) == np.sign(flows.matrix)).all()
    assert repaired.gap <= 1e-8
    assert len(repaired.moved) > 0
