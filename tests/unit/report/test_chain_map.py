"""The picture of a chain: well-formed, complete, no box over another, both languages."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from chainwright import diagnose
from chainwright.errors import ParameterError
from chainwright.report.charts.chain_legend import MARKS, nodes
from chainwright.report.charts.chain_map import draw_chain
from chainwright.report.charts.svg import words
from chainwright.system import Axis, Chains, Exports, System, Trade
from toy_chains import LINKS, NODES, SUPPLY, made_chain, random_chain, system_of, toy_chain

SVG = "{http://www.w3.org/2000/svg}"


def found(chain=None, home="CHN"):
    held = chain or toy_chain()
    return diagnose.chain(system_of(held), held.name, home=home)


def texts(picture):
    return [node.text for node in ET.fromstring(picture.svg()).iter(f"{SVG}text")]  # noqa: S314


@pytest.fixture(scope="module")
def toy():
    return found()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_node_is_drawn_with_its_name_in_either_language(toy, language):
    picture = draw_chain(toy, language=language)
    told = texts(picture)
    assert picture.nodes == tuple(NODES)
    for i, node in enumerate(NODES):
        name = toy.chain.axis.name(i, language)
        assert name in told, node
    assert any(("Weak" in t or "weak links" in t or "薄弱环节" in t) for t in told)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_status_has_its_mark_and_its_count(toy, language):
    told = texts(draw_chain(toy, language=language))
    for status, marks in MARKS.items():
        mark = marks[language == "zh"]
        assert told.count(mark) >= 1 + toy.counts[status] - toy.counts["unknown"], status
    assert any(re.match(r"1  (stuck|卡点)$", text) for text in told)


def boxes_apart(picture):
    x, y, width, height = picture.boxes.T
    a = (x[:, None] < x + width - 1e-6) & (x < (x + width)[:, None] - 1e-6)
    b = (y[:, None] < y + height - 1e-6) & (y < (y + height)[:, None] - 1e-6)
    return not np.triu(a & b, 1).any()


def inside(picture):
    x, y, width, height = picture.boxes.T
    fits = (x >= 0.0) & (x + width <= picture.width) & (y >= 0.0) & (y + height <= picture.height)
    return bool(fits.all())


@pytest.mark.parametrize("name", list(Chains.ours()))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_chains_are_drawn_without_a_box_over_another(name, language):
    answer = diagnose.chain(System(chains=Chains.ours()), name, home="CHN")
    picture = draw_chain(answer, language=language)
    assert len(picture.nodes) == len(answer.chain.axis)
    assert boxes_apart(picture)
    assert inside(picture)
    assert len(texts(picture)) > 3 * len(picture.nodes)


def test_a_large_chain_is_drawn_whole_and_its_weak_links_alone_are_fewer():
    answer = found(random_chain(300))
    whole, weak = draw_chain(answer), draw_chain(answer, only="weak")
    assert len(whole.nodes) == 300
    assert 0 < len(weak.nodes) < 300
    assert boxes_apart(whole)
    assert boxes_apart(weak)
    held = answer.table().set_index("node")
    shown = held.loc[list(weak.nodes)]
    missing = held.drop(list(weak.nodes))
    assert not missing["status"].isin(["stuck", "broken", "blocked"]).any()
    assert not missing["watch"].any()
    assert shown["final"].sum() == held["final"].sum()
    assert any(t.startswith(f"only {len(weak.nodes)} of 300 nodes: weak") for t in texts(weak))
    assert not any("nodes: weak" in t for t in texts(whole))


def test_links_say_what_they_rest_on(toy):
    text = draw_chain(toy).svg()
    ours = toy.chain.links["confidence"] == "ours"
    assert ours.sum() == 1
    dashed = re.findall(r'<path d="(M[^"]*)" fill="none"[^>]*stroke-dasharray', text)
    heads = [d for d in dashed if "c" in d]
    assert len(heads) == 1  # one style of our own judgement
    assert 'stroke="#D55E00"' in text  # what comes from the stuck node has its colour


def test_what_is_not_known_is_said_below(toy):
    told = " ".join(texts(draw_chain(toy)))
    assert "of 7 nodes the status of 2" in told
    assert "Of 6 links 1 are our own judgement, 1 without a known necessity" in told
    zh = "".join(texts(draw_chain(toy, language="zh")))
    assert "7 个环节中 2 个状态不明" in zh


def test_shares_stand_under_the_name(toy):
    told = texts(draw_chain(toy))
    assert "JPN 90%" in told
    assert ">0" in told  # the resist: made at home, share of the world not known
    assert {"TWN 70%", "10%", "60%"} <= set(told)
    assert not any(t.startswith("CHN ") for t in told)  # no room in one box: home's name in none
    zh = texts(draw_chain(toy, language="zh"))
    assert "日本 90%" in zh
    assert any(t.startswith("澳大利亚 ") for t in zh)
    assert not {t for t in zh if re.match(r"[A-Z]{3} \d", t)}


def test_names_that_mean_something_in_xml_are_escaped_and_long_ones_are_broken_into_lines():
    nodes = {**NODES, "ore": {**NODES["ore"], "name_en": "<b> & \"ore\" 'x'",
                              "name_zh": "极长的名称（" + "高纯度" * 20 + "）"}}  # fmt: skip
    answer = found(made_chain(nodes, LINKS, SUPPLY))
    picture = draw_chain(answer)
    assert any("<b> &" in text for text in texts(picture))
    assert "<b>" not in picture.svg()
    zh = texts(draw_chain(answer, language="zh"))
    lines = [t for t in zh if "高纯" in t or "纯度" in t]
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert not any(t.endswith("（") for t in zh)


def test_a_word_that_is_too_long_is_set_smaller():
    nodes = {**NODES, "ore": {**NODES["ore"], "name_en": "Photolithography"}}
    picture = draw_chain(found(made_chain(nodes, LINKS, SUPPLY))).svg()
    size = re.search(r'font-size="([\d.]+)"[^>]*>Photolithography<', picture)
    assert size is not None
    assert float(size[1]) < 9.0


def test_what_is_not_offered_is_refused(toy):
    with pytest.raises(ParameterError, match="en or zh"):
        draw_chain(toy, language="fr")
    with pytest.raises(ParameterError, match="all or weak"):
        draw_chain(toy, only="strong")


def test_the_picture_is_the_same_each_time_and_shows_itself(toy, tmp_path):
    picture = draw_chain(toy)
    assert picture.svg() == draw_chain(toy).svg() == picture._repr_svg_()
    picture.save(tmp_path / "toy.svg")
    assert (tmp_path / "toy.svg").read_text("utf-8") == picture.svg()
    root = ET.fromstring(picture.svg())  # noqa: S314
    assert root.attrib["width"] == "297mm"
    assert root.find(f"{SVG}title").text == "Toy chain: weak links and strengths for China"


def test_trade_that_was_joined_is_named():
    axes = Axis("place", ("CHN", "JPN")), Axis("product", ("370710",))
    trade = Trade.of_exports({2022: Exports(*axes, np.array([[1.0], [9.0]]))})
    chain = made_chain({"a": {"hs": "370710"}, "b": {"final": 1.0}}, [("a", "b", "essential")])
    answer = diagnose.chain(system_of(chain, trade), "toy", home="CHN")
    told = texts(draw_chain(answer))
    assert "JPN 90%*" in told
    assert "10%*" in told
    assert any("Trade: 2022, suppliers of 1 node." in text for text in told)
    assert told[0].endswith("for China, 2022")


def test_a_picture_is_written_under_the_name_of_its_kind_alone(tmp_path):
    chain = made_chain({"a": {}, "b": {"final": 1.0}}, [("a", "b", "essential")])
    picture = draw_chain(diagnose.chain(system_of(chain), "toy", home="CHN"))
    with pytest.raises(ParameterError, match=r"ends in \.svg"):
        picture.save(tmp_path / "toy.png")
    assert not list(tmp_path.iterdir())
    picture.save(tmp_path / "toy.svg")
    assert (tmp_path / "toy.svg").read_text("utf-8").startswith("<svg")


def test_nodes_are_counted_in_the_singular_where_there_is_one():
    assert [nodes(k, "en") for k in (0, 1, 2)] == ["0 nodes", "1 node", "2 nodes"]
    assert nodes(1, "zh") == "1 个环节"


def test_words_have_their_place_and_weight():
    assert words(1.0, 2.5, "a<b", size=8.0, bold=True, anchor="end") == (
        '<text x="1" y="2.5" font-size="8" fill="#1c2b39" font-weight="bold" '
        'text-anchor="end">a&lt;b</text>'
    )
