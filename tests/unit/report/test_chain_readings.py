"""What a picture of a chain says to a reader: sheet, names, what to act on, ways in short."""

import re
import xml.etree.ElementTree as ET
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright import diagnose
from chainwright.diagnose.chain_maps.drawing import arrangement
from chainwright.report.charts.chain_legend import NAMED
from chainwright.report.charts.chain_map import SIZES, draw_chain
from chainwright.system import Chains, System
from toy_chains import made_chain, random_chain, share, system_of, toy_chain

SVG = "{http://www.w3.org/2000/svg}"
WEAK = {"stuck", "broken", "blocked"}
OURS = list(Chains.ours())


def texts(picture):
    return [node.text or "" for node in ET.fromstring(picture.svg()).iter(f"{SVG}text")]  # noqa: S314


@pytest.fixture(scope="module")
def chips():
    return diagnose.chain(System(chains=Chains.ours()), "advanced-chips", home="CHN")


@pytest.fixture(scope="module")
def toy():
    return diagnose.chain(system_of(toy_chain()), "toy", home="CHN")


def drawn(chain, kept):
    """Links of a chain drawn in part: pair -> (essential, replaceable, ours)."""
    mask = np.isin(np.array(chain.axis.codes), kept)
    found = arrangement(chain, np.full(int(mask.sum()), 20.0), SIZES, mask)
    names = [code for code in chain.axis.codes if code in kept]
    kinds = zip(found.essential, found.replaceable, found.ours, strict=True)
    pairs = zip(found.links.source, found.links.target, strict=True)
    return {
        (names[a], names[b]): tuple(map(bool, kind))
        for (a, b), kind in zip(pairs, kinds, strict=True)
    }


def line(*needs, links=()):
    """A chain a -> b -> c ... with a need for each link; the last is finished."""
    names = "abcdefgh"[: len(needs) + 1]
    nodes = {name: {} for name in names[:-1]} | {names[-1]: {"final": 1.0}}
    given_links = [(names[i], names[i + 1], need) for i, need in enumerate(needs)]
    return made_chain(nodes, [*given_links, *links])


def test_a_way_through_what_is_not_drawn_is_one_link():
    chain = line("essential", "essential", "essential")
    assert drawn(chain, ["a", "d"]) == {("a", "d"): (True, False, False)}
    assert drawn(chain, ["a", "b", "d"]) == {
        ("a", "b"): (True, False, False),
        ("b", "d"): (True, False, False),
    }


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("essential", "essential", (True, False)),
        ("essential", "replaceable", (False, True)),
        ("replaceable", "essential", (False, True)),
        ("essential", "", (False, False)),
        ("", "essential", (False, False)),
        ("", "replaceable", (False, True)),
        ("", "", (False, False)),
    ],
)
def test_a_way_is_as_needed_as_its_least_needed_link(first, second, kind):
    assert drawn(line(first, second), ["a", "c"])["a", "c"][:2] == kind


def test_one_essential_way_beside_a_replaceable_one_is_essential():
    nodes = {"a": {}, "b": {}, "c": {}, "d": {"final": 1.0}}
    links = [
        ("a", "b", "essential"),
        ("b", "d", "essential"),
        ("a", "c", "replaceable"),
        ("c", "d", "essential"),
    ]
    assert drawn(made_chain(nodes, links), ["a", "d"])["a", "d"][:2] == (True, False)
    softer = [links[0], ("b", "d", ""), *links[2:]]
    assert drawn(made_chain(nodes, softer), ["a", "d"])["a", "d"][:2] == (False, False)


def test_a_direct_link_and_a_way_are_one_link_and_nothing_leads_to_itself():
    chain = line("replaceable", "essential", links=[("a", "c", "essential")])
    assert drawn(chain, ["a", "c"]) == {("a", "c"): (True, False, False)}
    for kept in (["a", "b", "c"], ["a", "c"], ["c"], ["a"]):
        assert all(a != b for a, b in drawn(chain, kept))


def test_a_way_with_a_link_of_our_own_judgement_is_our_own_judgement(toy):
    rows = toy.chain.links
    start, end = rows.loc[rows["confidence"] == "ours", ["from_node", "to_node"]].iloc[0]
    graph = nx.DiGraph(zip(rows["from_node"], rows["to_node"], strict=True))
    for goal in {end} | set(nx.descendants(graph, end)):
        assert drawn(toy.chain, [start, goal])[start, goal][2]


@settings(max_examples=12)
@given(st.integers(0, 400), st.integers(4, 30), st.integers(0, 10**6))
def test_links_of_a_part_are_the_ways_that_networkx_finds(seed, count, choice):
    chain = random_chain(count, seed=seed, finals=1)
    codes = list(chain.axis.codes)
    draw = np.random.default_rng(choice)
    kept = [code for code in codes if draw.random() < 0.5] or codes[:1]
    found = drawn(chain, kept)
    rows = chain.links

    def ways(held):
        graph = nx.DiGraph()
        graph.add_nodes_from(codes)
        graph.add_edges_from(zip(held["from_node"], held["to_node"], strict=True))
        made = set()
        for a, b in product(kept, kept):
            inner = graph.subgraph([c for c in codes if c not in kept or c in {a, b}])
            if a != b and nx.has_path(inner, a, b):
                made.add((a, b))
        return made

    needed = ways(rows[rows["necessity"] == "essential"])
    firm = ways(rows[rows["necessity"] != "replaceable"])
    every = ways(rows)
    assert set(found) == every
    assert {pair for pair, kind in found.items() if kind[0]} == needed
    assert {pair for pair, kind in found.items() if kind[1]} == every - firm


def test_drawing_all_nodes_keeps_each_link_as_the_map_has_it(toy):
    chain = toy.chain
    found = drawn(chain, list(chain.axis.codes))
    assert len(found) == len(chain.links)
    for row in chain.links.to_dict("records"):
        need = row["necessity"]
        kind = (need == "essential", need == "replaceable", row["confidence"] == "ours")
        assert found[row["from_node"], row["to_node"]] == kind


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("home", ["CHN", "EU27", "JPN"])
def test_weak_links_alone_are_those_of_the_table_and_the_finished_goods(name, home):
    found = diagnose.chain(System(chains=Chains.ours()), name, home=home)
    table = found.table()
    wanted = table["status"].isin(WEAK) | table["watch"] | table["final"].astype(bool)
    weak = draw_chain(found, only="weak")
    assert set(weak.nodes) == set(table.loc[wanted, "node"])
    assert weak.sheet == "A4"
    head = f"only {len(weak.nodes)} of {len(table)} nodes"
    assert any(text.startswith(head) for text in texts(weak))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_names_what_to_act_on_and_to_find_out_in_the_order_of_the_table(
    chips, language
):
    table = chips.table()
    told = "".join(texts(draw_chain(chips, language=language, only="weak"))).replace(" ", "")
    for which in (table["status"].isin(WEAK), table["watch"].astype(bool)):
        names = table.loc[which, f"name_{language}"].tolist()
        gap = "、" if language == "zh" else ";"
        listed = gap.join(name.replace(" ", "") for name in names[:NAMED])
        assert listed in told
        if len(names) > NAMED:
            rest = f"等{len(names)}个" if language == "zh" else f";and{len(names) - NAMED}more"
            assert listed + rest in told


def test_a_chain_without_weak_links_says_that_none_is_proven_not_that_there_is_none():
    found = diagnose.chain(System(chains=Chains.ours()), "photovoltaics", home="CHN")
    assert not set(found.status.astype(str)) & WEAK
    told = " ".join(texts(draw_chain(found)))
    assert "No weak link is proven; what is not known may still be one." in told
    zh = "".join(texts(draw_chain(found, language="zh")))
    assert "未证实有薄弱环节" in zh
    assert "薄弱环节（由重到轻）" not in zh


@pytest.mark.parametrize("name", OURS)
def test_places_are_named_in_one_way_in_a_picture(name):
    found = diagnose.chain(System(chains=Chains.ours()), name, home="CHN")
    en, zh = draw_chain(found), draw_chain(found, language="zh")
    coded = re.compile(r"^[A-Z]{3} \d+%\*?$")
    assert not [t for t in texts(zh) if coded.match(t)]
    used = {t[:3] for t in texts(en) if coded.match(t)} - {"CHN"}
    assert used
    notes = " ".join(t for t in texts(en) if len(t) > 40)
    for code in used:
        assert re.search(rf"\b{code} [A-Z]\w+", notes), code
    home = [t for t in texts(zh) if re.match(r"^中国 (\d|≥|>|？|\?)", t)]
    assert len(home) in {0, len(zh.nodes)}


def test_home_that_makes_some_is_never_shown_with_nothing():
    supply = [share("a", "JPN", 0.999), share("a", "CHN", 0.001)]
    chain = made_chain({"a": {}, "b": {"final": 1.0}}, [("a", "b", "essential")], supply)
    told = texts(draw_chain(diagnose.chain(system_of(chain), "toy", home="CHN")))
    assert any(t.endswith("<1%") for t in told)
    assert not any(re.search(r"(^| )0%$", t) for t in told)


def test_unknown_has_the_same_mark_in_both_languages(toy):
    count = int((toy.status == "unknown").sum())
    for language in ("en", "zh"):
        marks = [t for t in texts(draw_chain(toy, language=language)) if t == "?"]
        assert len(marks) >= count + 2  # the boxes, and two chips of the heading


def test_a_large_map_is_made_for_a_larger_sheet(chips):
    whole, weak = draw_chain(chips, language="zh"), draw_chain(chips, language="zh", only="weak")
    assert (whole.sheet, weak.sheet) == ("A3", "A4")
    assert 'width="420mm" height="297mm"' in whole.svg()
    assert 'width="297mm" height="210mm"' in weak.svg()
    assert weak.width < 0.7 * whole.width  # so much larger are its names on the same sheet
    huge = random_chain(1600, seed=3)
    assert draw_chain(diagnose.chain(system_of(huge), huge.name, home="CHN")).sheet == ""
