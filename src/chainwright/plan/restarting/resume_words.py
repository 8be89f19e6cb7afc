"""What a restart says in words, in English and Chinese."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.plan.restarting.resuming import Resume

__all__ = ["node_words", "notes_of", "summary_words", "way_words"]

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.object_]

WAYS = {
    "this_order": ("This order", "本顺序"),
    "additive_order": ("The order of least additive loss", "可加损失最小的顺序"),
    "proportional": (
        "Crews shared over all in proportion to their work, what is back in part makes something",
        "按工作量比例同时复产，部分恢复即部分生产",
    ),
    "proportional_whole": (
        "Crews shared over all in proportion to their work, each makes nothing before it is whole",
        "按工作量比例同时复产，完全恢复前不生产",
    ),
    "value_alone": (
        "By value a day of work, whatever each needs",
        "仅按单位工作量价值排序，不计依赖",
    ),
    "all_at_once": ("A crew for everyone at once, without a limit", "不受限制、全部同时复产"),
}

SAME = 5e-4
"""Share of a loss below which two losses are called the same."""


def node_words(of: "Resume", waiting: Words, users: Ints) -> tuple[Words, Words]:
    """Return why each node stands where it does, shape (k,) each.

    Parameters
    ----------
    of : Resume
        The answer.
    waiting : ndarray of str, shape (k,)
        What each waits for; empty if it runs as soon as it is restarted.
    users : ndarray of int, shape (k,)
        How many that stand still need it directly.
    """
    stopped, way = of.question.stopped, of.ways["this_order"]
    k = len(stopped)
    dense = np.divide(stopped.value, stopped.work, out=np.full(k, np.inf), where=stopped.work > 0)
    rank = np.empty(k, np.int64)
    rank[np.argsort(-dense, kind="stable")] = np.arange(1, k + 1)
    english, chinese = np.empty(k, dtype=object), np.empty(k, dtype=object)
    for j in range(k):  # words, a sentence each
        en = [agreed("Number {r:,} of {k:,} by its own value a day of work.", r=rank[j], k=k)]
        zh = [f"按自身单位工作量价值列第 {rank[j]:,} 位（共 {k:,} 个）。"]
        if stopped.work[j] == 0.0:
            en, zh = ["It takes no work."], ["无需复产工作。"]
        elif stopped.value[j] == 0.0:
            en, zh = ["Nothing that counts is lost at it alone."], ["其自身不造成计入的损失。"]
        if users[j]:
            said = "{n} that {n:stands|stand} still {n:needs|need} it."
            en.append(agreed(said, n=int(users[j])))
            zh.append(f"{users[j]} 个停产对象依赖它。")
        if waiting[j]:
            done, runs = of.begin + way.done[j], of.begin + way.running[j]
            en.append(
                f"Restarted on day {done:.4g}, it runs fully from day {runs:.4g}, "
                f"when {waiting[j]} is back."
            )
            zh.append(f"第 {done:.4g} 天复产，待 {waiting[j]} 恢复，第 {runs:.4g} 天起才能满产。")
        english[j], chinese[j] = " ".join(en), "".join(zh)
    return english, chinese


def way_words(of: "Resume", way: str, end: str) -> tuple[str, str]:
    """Return what a way loses against proportional restart, and against the additive sum.

    Parameters
    ----------
    of : Resume
        The answer.
    way, end : str
        Which way, in which run.
    """
    told, called = WAYS[way]
    lost, even = of.loss(way, end), of.loss("proportional", end)
    additive = of.loss_before + of.ways[way].loss
    english, chinese = [f"{told}."], [f"{called}。"]
    if way != "proportional" and even > 0.0:
        both = _against(lost, even)
        english.append(f"It loses {both[0]} proportional restart.")
        chinese.append(f"损失{both[1].format('按比例复产')}。")
        if "proportional_whole" in of.ways and way != "proportional_whole":
            both = _against(lost, of.loss("proportional_whole", end))
            english[-1] = (
                f"{english[-1][:-1]} in which what is back in part makes something, and {both[0]} "
                "one in which nothing runs before it is whole."
            )
            chinese[-1] = (
                f"{chinese[-1][:-1]}（部分恢复即部分生产），{both[1].format('完全恢复前不生产者')}。"
            )
    gap = lost - additive
    if abs(gap) <= SAME * max(abs(lost), abs(additive)):
        english.append("The engine loses what the sum over nodes says.")
        chinese.append("引擎损失与逐点加总一致。")
    elif gap > 0.0:
        english.append(
            "The engine loses more than the sum over nodes: others that lack deliveries or orders "
            "lose too."
        )
        chinese.append("引擎损失大于逐点加总：缺少供货或订单的其他对象也有损失。")
    else:
        english.append(
            "The engine loses less than the sum over nodes: stocks carry users over, part of what "
            "is needed is there, and lost output is made up for later or elsewhere."
        )
        chinese.append(
            "引擎损失小于逐点加总：库存支撑了用户，所需投入部分可得，且部分产出在事后或他处补回。"
        )
    return " ".join(english), "".join(chinese)


def _against(lost: float, other: float) -> tuple[str, str]:
    """Return how a loss compares with another one; the Chinese text has a place for its name."""
    change = (lost - other) / other if other else 0.0
    if abs(change) < SAME:
        return "as much as", "与{}相同"
    word, says = ("more", "多") if change > 0.0 else ("less", "少")
    return f"{abs(change):.2%} {word} than", f"比{{}}{says} {abs(change):.2%}"


def summary_words(of: "Resume") -> list[tuple[str, str]]:
    """Return what the answer says in all, in English and Chinese.

    Parameters
    ----------
    of : Resume
        The answer.
    """
    found = []
    for one in of.outcomes["this_order"]:
        told = {
            name: _told(of.loss(name, one.end))
            for name in ("this_order", "proportional", "proportional_whole", "value_alone")
            if name in of.ways
        }
        where = ENDS[one.end]
        en = f"{where[0]} ({of.money}): this order loses {told['this_order']}; proportional restart"
        zh = f"{where[1]}（{of.money}）：本顺序的引擎损失为 {told['this_order']}；按比例复产为"
        en, zh = f"{en} {told['proportional']}", f"{zh} {told['proportional']}"
        if "proportional_whole" in told:
            en += f" ({told['proportional_whole']} if nothing runs in part)"
            zh += f"（若部分恢复不生产则为 {told['proportional_whole']}）"
        en += f"; by value alone {told['value_alone']}."
        zh += f"；仅按价值排序为 {told['value_alone']}。"
        if "additive_order" in of.ways:
            less, _ = _against(of.loss("additive_order", one.end), one.loss)
            other = _told(of.loss("additive_order", one.end))
            en += f" The order of least additive loss loses {other} there, {less} this order."
            zh += f"可加损失最小的顺序在引擎中损失 {other}。"
        found.append((en, zh))
    found.append(_bound_words(of))
    return found


ENDS = {
    "single": ("In the engine", "引擎"),
    "pooled": ("Where stocks of all origins stand in for one another", "各来源库存可互相顶替时"),
    "by_origin": ("Where no origin replaces another", "各来源互不替代时"),
    "market": ("Where any firm of a market replaces any other", "同一市场内的企业可互相替代时"),
    "suppliers": ("Where firms order from suppliers that they have", "企业只向已有供方订货时"),
}
"""Runs of the engine, in words."""


def _told(loss: float) -> str:
    return f"{loss:,.0f}" if abs(loss) >= BIG else f"{loss:.4g}"


BIG = 1000.0
"""Losses from which on no decimals are said."""


def _bound_words(of: "Resume") -> tuple[str, str]:
    """Return how near the best order is to what nothing can beat, in the additive loss."""
    best = of.ways.get("additive_order", of.ways["this_order"])
    if of.additive.exact and not best.in_part:
        return (
            "No order has a smaller additive loss than the best of them.",
            "可加损失最小的顺序已证明最优。",
        )
    bound = of.additive.bound_in_part if best.in_part else of.additive.bound
    if bound <= 0.0 < best.loss:
        return ("There is no bound of additive loss above 0.", "可加损失没有大于 0 的下界。")
    gap = max(0.0, best.loss / bound - 1.0) if bound > 0.0 else 0.0
    return (
        f"The best additive loss found is {gap:.2%} above a bound that nothing the crews can do "
        "falls below.",
        f"所得最小可加损失比理论下界高 {gap:.2%}。",
    )


def notes_of(of: "Resume") -> tuple[tuple[str, str], ...]:
    """Return what was assumed or left out, in English and Chinese.

    Parameters
    ----------
    of : Resume
        The answer.
    """
    asked, searched = of.question, of.searched
    stopped, rules = asked.stopped, asked.rules
    share = f"{100.0 * rules.need_share:.3g} %"
    notes = [
        (
            f"What buys {share} or more of its inputs from another that stands still needs it to "
            "run (an assumption), unless the needs are given. Deliveries of what stands still in "
            "part are not counted.",
            f"若从另一停产对象采购的投入占其全部投入 {share} 及以上，则视为依赖该对象（假设），"
            "另行给出者除外；不计部分停产者仍能供应的部分。",
        )
    ]
    if of.ways["this_order"].in_part:
        notes.append(
            (
                "What is restarted in part makes something: capacity comes back evenly while a "
                "crew is at work (an assumption; see in_part).",
                "部分复产即部分生产：复产期间产能均匀恢复（假设，见 in_part）。",
            )
        )
    else:
        notes.append(
            (
                "In an order nothing is made before a restart is done (an assumption; see "
                "in_part).",
                "各顺序中，复产完成之前不生产（假设，见 in_part）。",
            )
        )
    assumed = int((stopped.work_source == "assumption").sum())
    if assumed:
        said = (
            "The work of {n} of {k} is assumed: {days:g} days of a crew for all capacity, as "
            "nothing says how long recovery takes."
        )
        days = rules.assumed_days
        notes.append(
            (
                agreed(said, n=assumed, k=len(stopped), days=days),
                f"{len(stopped)} 个对象中有 {assumed} 个的复产工作量为假设值：全部产能需一支队伍"
                f" {days:g} 天，因无恢复时间信息。",
            )
        )
    if (stopped.work_source == "blow").any():
        notes.append(
            (
                "Where no work is given it is the share of capacity lost times the days that the "
                "blow takes to recover: one crew then takes as long as the blow says.",
                "未给出复产工作量者，按产能损失比例乘以冲击自身的恢复天数计。",
            )
        )
    if any(blow.recovery == "rebuild" for blow in asked.shock.blows):
        notes.append(
            (
                "Destroyed capital is back when its node is restarted; what rebuilding it would "
                "ask of others is left out.",
                "受损资本在节点复产时恢复；不计重建对其他部门的需求。",
            )
        )
    held = asked.system.safeguards if "safeguards" in asked.system.has else ()
    if any(one.size > 0.0 for one in held):
        notes.append(
            (
                "What the system holds ready is in force in every run; what stabilises is taken "
                "off the blows before restarts are counted.",
                "系统已备的保障措施在每次运行中均生效；稳定类措施在计算复产之前已从冲击中扣除。",
            )
        )
    if not stopped.value.any():
        notes.append(
            (
                "Nothing that stands still counts at home, so the additive loss says nothing: only "
                "the engine tells orders apart.",
                "停产对象均不计入本地损失，可加损失无法区分顺序，只能由引擎判断。",
            )
        )
    if searched.all_orders:
        notes.append(
            (
                "Every order was looked at in the engine, or there is one alone.",
                "所有顺序均已由引擎计算（或仅有一种）。",
            )
        )
    elif searched.runs:
        notes.append(
            (
                agreed(
                    "{n} {n:order was|orders were} run in the engine; others may lose less there.",
                    n=searched.runs,
                ),
                f"引擎共计算 {searched.runs} 种顺序；其他顺序的引擎损失可能更小。",
            )
        )
    else:
        notes.append(
            (
                "The order is that of the additive loss: none other was run in the engine.",
                "顺序取可加损失最小者；未在引擎中搜索其他顺序。",
            )
        )
    late = [name for name, way in of.ways.items() if of.begin + way.last_day > of.days]
    if late:
        names = ", ".join(late)
        notes.append(
            (
                f"The runs end on day {of.days:g}, before all is restarted ({names}): losses of "
                "the engine lack what comes after.",
                f"计算止于第 {of.days:g} 天，此时尚未全部复产（{names}）：引擎损失不含其后部分。",
            )
        )
    return tuple(notes)
