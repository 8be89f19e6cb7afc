"""What runs say in both languages, branch by branch, with the numbers of each."""

from types import SimpleNamespace

import numpy as np
import pytest

from ario_economies import course, economy_of
from chainwright import System
from chainwright.errors import ParameterError
from chainwright.stress import (
    Blow,
    Economy,
    InventoryModel,
    Shock,
    run,
    run_firms,
    stock_days,
    whatif,
)
from chainwright.stress.firms.firm_run import WHO
from chainwright.stress.sectors.run_reading import WHAT, DeepestCut, deepest_cut, reading
from chainwright.stress.sectors.short_inputs import ShortInputs
from chainwright.stress.shocks.sector_blows import SectorBlows, SupplyCut
from chainwright.system import Axis
from worlds import world

PAIRS = [("A", "m"), ("A", "k"), ("B", "m"), ("B", "k")]
MATRIX = [[10, 20, 5, 5], [5, 10, 5, 5], [5, 15, 10, 20], [5, 5, 5, 10]]
FINAL = [[50, 10], [60, 15], [10, 40], [5, 70]]
STEPS = 10


@pytest.fixture(scope="module")
def economy():
    return Economy.of(economy_of(MATRIX, FINAL, PAIRS))


def losses(economy, days, *, last=1.0):
    """Return a run that loses so many days of all output and ends at a share of it."""
    made = np.tile(economy.x0, (STEPS, 1))
    made[-1] *= last
    return SimpleNamespace(
        economy=economy,
        lost=days * economy.x0,
        steps=STEPS,
        records=SimpleNamespace(production=made),
    )


def short(economy, nodes, days, products, rows, *, by_origin=False):
    kinds = (np.int32, np.float64, np.int32, np.int32)
    given = (nodes, days, products, rows)
    arrays = [np.array(a, dtype=k) for a, k in zip(given, kinds, strict=True)]
    return ShortInputs(economy, *arrays, by_origin)


def told(economy, end, days, *, of=None, deepest=None, last=1.0, priority=True):
    of = of or short(economy, [], [], [], [])
    return reading(end, losses(economy, days, last=last), of, deepest, priority=priority)


@pytest.mark.parametrize("end", ["pooled", "by_origin", "chosen", "single"])
def test_a_run_without_any_lack_says_how_much_is_lost_and_never_safe(economy, end):
    english, chinese = told(economy, end, 0.1234)
    assert english == (
        f"{WHAT[end][0]} No stock ever limited production. "
        "All output lost: 0.123 days of output at rest."
    )
    assert chinese == f"{WHAT[end][1]}库存从未限制生产。总产出损失：相当于稳态产出 0.123 天。"
    assert "safe" not in english.lower()


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (0.0, "Output as a whole does not change.", "总产出不变。"),
        (4.9e-6, "Output as a whole does not change.", "总产出不变。"),
        (-4.9e-6, "Output as a whole does not change.", "总产出不变。"),
        (
            5.1e-6,
            "All output lost: 5.1e-06 days of output at rest.",
            "总产出损失：相当于稳态产出 5.1e-06 天。",
        ),
        (
            -0.25,
            "All output gained: 0.25 days of output at rest.",
            "总产出增加：相当于稳态产出 0.25 天。",
        ),
        (
            12.0,
            "All output lost: 12 days of output at rest.",
            "总产出损失：相当于稳态产出 12 天。",
        ),
    ],
)
def test_losses_gains_and_nothing_have_words_of_their_own(economy, days, english, chinese):
    found = told(economy, "single", days)
    assert found[0].endswith(english)
    assert found[1].endswith(chinese)


def test_who_ran_short_is_named_with_the_day(economy):
    one = short(economy, [3], [7.0], [0], [2])
    assert "B:k ran short of an input, on day 7." in told(economy, "pooled", 1.0, of=one)[0]
    two = short(economy, [1, 3], [2.0, 7.0], [0, 0], [2, 2])
    english, chinese = told(economy, "pooled", 1.0, of=two)
    assert "2 nodes ran short of an input, A:k first, on day 2." in english
    assert "2 个节点出现投入短缺，最先为 A:k（第 2 天）。" in chinese


def test_a_run_that_feeds_itself_is_called_no_forecast_under_proportional_rationing_alone(economy):
    lack = short(economy, [3], [7.0], [0], [2])
    english, chinese = told(economy, "pooled", 3.0, of=lack, last=0.4, priority=False)
    assert "It ends at 40 % of output at rest: with proportional rationing" in english
    assert "期末产出仅为稳态的 40%" in chinese
    for asked in (
        {"of": lack, "last": 0.4, "priority": True},
        {"of": lack, "last": 0.96, "priority": False},
        {"of": None, "last": 0.4, "priority": False},
    ):
        english, chinese = told(economy, "pooled", 3.0, **asked)
        assert "It ends at" not in english
        assert "期末" not in chinese


@pytest.mark.parametrize(
    ("end", "last", "lacking", "said"),
    [
        ("by_origin", 0.4, True, True),
        ("by_origin", 0.96, True, False),
        ("by_origin", 0.4, False, False),
        ("pooled", 0.4, True, False),
        ("chosen", 0.4, True, False),
    ],
)
def test_the_far_end_says_that_producers_can_stay_down_together(economy, end, last, lacking, said):
    lack = short(economy, [3], [7.0], [0], [2], by_origin=True) if lacking else None
    english, chinese = told(economy, end, 3.0, of=lack, last=last)
    assert ("It ends at 40 % of output at rest: where nothing is replaced" in english) is said
    assert ("期末产出仅为稳态的 40%：若任何来源都不可替代" in chinese) is said
    assert "proportional" not in english


def test_a_cut_that_is_not_felt_is_told_in_days_of_use(economy):
    below = DeepestCut(0, 1, 0.3, 4.0, 2.0, None)
    english, chinese = told(economy, "pooled", 0.0, deepest=below)
    assert (
        "At most it takes 30 % of what A:k uses of m for 4 days: 1.2 days of use, where stocks "
        "bear 2." in english
    )
    assert "最多切断 A:k 所用m的 30%，持续 4 天，相当于 1.2 天用量，而库存可承受 2 天。" in chinese
    above = DeepestCut(0, 1, 0.75, 4.0, 2.0, None)
    english, chinese = told(economy, "pooled", 0.0, deepest=above)
    assert "at most 75 % of what A:k uses of m is cut for 4 days, 3 days of use" in english
    assert english.split("bear 2: ")[1].startswith("other origins delivered instead.")
    assert "由其他来源补足" in chinese


def test_of_an_origin_the_region_is_named_and_other_reasons_given(economy):
    above = DeepestCut(0, 1, 0.75, 4.0, 2.0, 2)
    english, chinese = told(economy, "by_origin", 0.0, deepest=above)
    assert "75 % of what A:k uses of m from B is cut for 4 days" in english
    assert "less was used meanwhile, or this input does not limit in this model." in english
    assert "来自 B 的m的 75%" in chinese
    below = DeepestCut(0, 1, 0.25, 4.0, 2.0, 2)
    assert (
        "25 % of what A:k uses of m from B for 4 days"
        in (told(economy, "by_origin", 0.0, deepest=below)[0])
    )


def cut(sellers, buyers, share, start, days):
    return SupplyCut(
        0, np.array(sellers), np.array(buyers), np.array([], dtype=int), share,
        course(STEPS, start, days),
    )  # fmt: skip


def test_the_deepest_cut_is_the_one_nearest_to_what_stocks_bear(economy):
    names = economy.products.codes
    days = {"m": 10.0, "k": 4.0}
    held = np.array([days[p] for p in names])
    m, k = names.index("m"), names.index("k")
    blows = SectorBlows(STEPS, 1.0, cuts=(cut([2], [0, 1], 1.0, 2, 5), cut([3], [0], 0.5, 2, 5)))
    found = deepest_cut(economy, blows, stock_days=held, psi=0.8, pooled=True)
    # of m node A:k has 15 of 35 from B (5 days: 2.14 of 2 borne), of k A:m has 5 of 10, half cut
    assert (found.product, found.user, found.row) == (k, 0, None)
    assert found.share == pytest.approx(0.25)
    assert found.days == pytest.approx(5.0)
    assert found.borne == pytest.approx(0.8)
    alone = deepest_cut(
        economy, SectorBlows(STEPS, 1.0, cuts=blows.cuts[:1]), stock_days=held, psi=0.8, pooled=True
    )
    assert (alone.product, alone.user) == (m, 1)
    assert alone.share == pytest.approx(15 / 35)
    assert alone.borne == pytest.approx(2.0)
    origin = deepest_cut(economy, blows, stock_days=held, psi=0.8, pooled=False)
    assert (origin.product, origin.row) == (k, 3)
    assert origin.share == pytest.approx(0.5)
    endless = deepest_cut(economy, blows, stock_days=np.full(2, np.inf), psi=0.8, pooled=True)
    assert endless is None
    assert deepest_cut(economy, SectorBlows(3, 1.0), stock_days=held, psi=0.8, pooled=True) is None


def test_each_way_to_run_short_has_its_sentence(economy):
    held = np.array([5.0, 2.5])
    pooled = short(economy, [1, 3], [2.0, 3.0], [0, 1], [2, -1])
    first, second = pooled.reasons("en", held)
    m, k = economy.products.codes[0], economy.products.codes[1]
    assert first == (
        f"On day 2 the stock of {m} of all origins (5 days of use at rest) no longer reached for "
        "the full output of A:k; deliveries from B:m had fallen most."
    )
    assert second == (
        f"On day 3 the stock of {k} (2.5 days of use at rest) no longer reached for the full "
        "output of B:k: more was used than arrived, though no origin made less."
    )
    apart = short(economy, [1], [2.0], [0], [2], by_origin=True)
    assert apart.reasons("en", held[:1]) == [
        f"On day 2 the stock of {m} from B:m (5 days of use at rest) no longer reached for the "
        "full output of A:k."
    ]
    chinese = [*pooled.reasons("zh", held), *apart.reasons("zh", held[:1])]
    assert all(words.startswith("第 ") and words.endswith("。") for words in chinese)
    assert "来自 B:m 的交付下降最多" in chinese[0]
    assert "各来源产出均未下降" in chinese[1]
    regions, sectors = pooled.suppliers()
    assert (regions.tolist(), sectors.tolist()) == (["B", ""], ["m", ""])


@pytest.mark.parametrize(("share", "days"), [(1.0, 30), (0.01, 1)])
def test_a_run_over_firms_reads_its_own_numbers(share, days):
    system = System.demo("firms", firms=120, links=400, seed=4)
    links = system.links
    worst = links.axis.codes[int(np.argmax(links.sales))]
    shock = Shock((Blow("capacity", firms=worst, share=share, days=days),))
    answer = run_firms(system, shock, days=40)
    lines = {lang: answer.reading(lang).split("\n") for lang in ("en", "zh")}
    for i, (end, records) in enumerate(answer.runs.items()):
        a_day = records.economy.x0.sum()
        lost, direct = records.lost.sum() / a_day, records.direct.sum() / a_day
        count = int((records.short_step >= 0).sum())
        assert lines["en"][i].startswith(
            f"{WHO[end][0]}: {lost:.3g} days of all output are lost, {direct:.3g} of them capacity "
            "that is hit; "
        )
        assert lines["zh"][i].startswith(f"{WHO[end][1]}：损失 {lost:.3g} 天的总产出")
        if count:
            assert f"{count} firm" in lines["en"][i]
            assert f"{count} 家企业因缺少投入而受限" in lines["zh"][i]
        else:
            assert "no stock ever binds" in lines["en"][i]
            assert "这不等于安全" in lines["zh"][i]
    counts = [(r.short_step >= 0).sum() for r in answer.runs.values()]
    assert any(counts) == (share == 1.0)


def test_the_note_on_stock_days_counts_kinds_as_they_are():
    axis = Axis("sector", ("a", "b", "c", "d"), parents=("D", "C", "", "G"))
    found = stock_days(axis)
    english, chinese = found.note
    counts = [found.kinds.count(kind) for kind in ("measured", "model", "assumption")]
    assert sum(counts) == 4
    assert f"{counts[0]} products from statistics" in english
    assert f"{counts[1]} from defaults of published models; {counts[2]} are assumptions" in english
    assert f"有 {counts[0]} 种" in chinese or f"{counts[0]} 种产品据库存" in chinese
    assert (found.low <= found.days).all()
    assert (found.days <= found.high).all()


NODE = "R1:s0"
WRONG = {
    "no shock": ((None,), {}, "a Shock, such as Shock"),
    "no model": (({},), {"model": 3}, "an InventoryModel"),
    "days in words": (({},), {"days": "ten"}, "a number of days above 0"),
    "no day": (({},), {"days": 0.0}, "a number of days above 0"),
    "a negative elasticity": (({},), {"elasticity": -0.5}, "elasticity"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_question_that_is_none_is_refused_in_words(kind):
    (given,), asked, said = WRONG[kind]
    shock = Shock((Blow("capacity", nodes=NODE, share=0.5, days=2),)) if given == {} else given
    with pytest.raises(ParameterError, match=said):
        run(world(3), shock, **asked)


@pytest.mark.parametrize(
    ("name", "model", "said"),
    [
        ("step", InventoryModel(step="week"), "'day', as prepared; prepare anew for another"),
        ("capital_ratio", InventoryModel(capital_ratio=3.0), "4.0, as prepared; prepare anew"),
    ],
)
def test_a_prepared_table_keeps_its_step_and_capital(name, model, said):
    ready = whatif(world(3), days=5)
    with pytest.raises(ParameterError, match=name) as caught:
        ready.run(Shock((Blow("capacity", nodes=NODE, share=0.5, days=2),)), model=model)
    assert said in str(caught.value)


def test_a_prepared_table_asked_in_any_order_gives_the_same_bits():
    ready = whatif(world(3), days=30, dtype=np.float64)
    shocks = [
        Shock((Blow("capacity", nodes=NODE, share=share, days=9),)) for share in (0.9, 0.1, 0.5)
    ]
    first = [ready.run(shock).runs["single"].production for shock in shocks]
    for shock, made in zip(shocks[::-1], first[::-1], strict=True):
        again = ready.run(shock).runs["single"].production
        assert np.array_equal(again, made)
        fresh = run(world(3), shock, days=30).runs["single"].production
        assert np.array_equal(fresh, made)
