"""What a repair says in words, English and Chinese: each step, each scenario, the whole."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainwright.params.agreement import agreed
from chainwright.plan.repairs.leaner_plans import cheaper_sizes
from chainwright.plan.repairs.single_runs import far_from
from chainwright.system import Language

if TYPE_CHECKING:
    from chainwright.plan.repairs.repair_result import Repair

__all__ = ["answered_scenarios", "found_notes", "scenario_reading", "step_reason", "whole_reading"]

LARGE = 1000.0
"""Money from which it is written without decimals."""

NAMED = 3
"""Scenarios that a reason names."""

SHOWN = 6
"""Scenarios that the reading shows."""

UNFELT = 1e-9
"""Share of output of home over the run below which a loss counts as none."""


UNCHANGED = 5e-5
"""Share of a loss that is avoided up to which the loss is said to stay."""

FELT = 1e-6
"""Share of the largest loss above which a scenario is said to be answered by a step."""


def amount(value: float) -> str:
    """Return money as a person writes it: thousands apart, no exponent.

    Parameters
    ----------
    value : float
        Any.

    Examples
    --------
    >>> amount(1234567.8), amount(12.3456), amount(0.0000123)
    ('1,234,568', '12.35', '0.0000123')
    """
    if abs(value) >= LARGE:
        return f"{value:,.0f}"
    words = f"{value:.4g}"
    return np.format_float_positional(float(words), trim="-") if "e" in words else words


def answered_scenarios(found: "Repair", i: int) -> list[int]:
    """Return the scenarios that lose more without a step, the largest difference first.

    Parameters
    ----------
    found : Repair
        The plan.
    i : int
        Place of a measure that is taken.
    """
    more = np.nan_to_num(found.worth.marginal_by_scenario[:, i])
    scale = float(np.abs(found.found.losses_before).max())
    places = np.flatnonzero(more > FELT * scale)
    return [int(s) for s in places[np.argsort(-more[places], kind="stable")]]


def step_reason(found: "Repair", i: int, settled: str) -> tuple[str, str]:
    """Return why a measure is in the plan or not.

    Parameters
    ----------
    found : Repair
        The plan.
    i : int
        Place of the measure.
    settled : str
        ``"locked"``, ``"forbidden"`` or empty.
    """
    worth, one = found.worth, found.case.measures.held[i]
    if settled == "forbidden":
        return "Forbidden beforehand.", "事先禁用。"
    share, trials = worth.robustness.share[i], worth.robustness.trials
    tried = agreed("{n} {n:trial|trials} of costs", n=trials)
    en, zh = [], []
    if settled == "locked":
        en.append("Settled beforehand.")
        zh.append("事先锁定。")
    if found.found.start[i] < 0:
        en.append(f"Not in the plan; in the best plan of {share:.0%} of {tried}.")
        zh.append(f"未列入方案；{trials} 次成本试算中 {share:.0%} 的最优方案列入。")
        return " ".join(en), "".join(zh)
    _why(found, i, en, zh)
    edge = worth.break_even[i]
    if np.isinf(edge):
        en.append("No plan does without it.")
        zh.append("任何方案都离不开它。")
    elif not np.isnan(edge) and not found.case.in_weeks:
        en.append(f"Stays in the best plan up to a cost of {amount(edge)}.")
        zh.append(f"成本不超过 {amount(edge)} 时仍在最优方案中。")
    _sizes(found, i, en, zh)
    tried_costs = not found.case.in_weeks  # else there are none to try
    if tried_costs and share >= 1.0:
        en.append(f"In the best plan of all {tried}.")
        zh.append(f"{trials} 次成本试算的最优方案均列入。")
    elif tried_costs and not np.isnan(share):
        en.append(f"In the best plan of {share:.0%} of {tried}.")
        zh.append(f"{trials} 次成本试算中 {share:.0%} 的最优方案列入。")
    if found.case.in_weeks and one.size > 0.0:
        rate = worth.increment[i] / one.size
        en.append(f"It avoids {amount(rate)} for each week of cover.")
        zh.append(f"每周覆盖避免损失 {amount(rate)}。")
    elif one.assumed and not found.case.in_weeks:
        en.append("Its cost is an assumption.")
        zh.append("其成本为假设。")
    if one.reason_en:
        en.append(one.reason_en)
    if one.reason_zh:
        zh.append(one.reason_zh)
    return " ".join(en), "".join(zh)


def _why(found: "Repair", i: int, en: list[str], zh: list[str]) -> None:
    """Say what is lost without a step, and where."""
    names, chinese = found.case.scenarios.names, found.case.scenarios.names_zh
    missed = float(found.worth.marginal[i])
    where = [names[s] for s in answered_scenarios(found, i)]
    if missed > UNFELT * abs(found.loss_before) and where:
        en.append(f"Without it {amount(missed)} more would be lost: {_some(where)}.")
        zh.append(f"缺少它将多损失 {amount(missed)}：{_some([chinese[name] for name in where])}。")
    elif missed < -UNFELT * abs(found.loss_before):
        en.append(f"The engine would lose {amount(-missed)} less without it: see the notes.")
        zh.append(f"去掉它引擎反而少损失 {amount(-missed)}：见说明。")
    else:
        en.append("Left out alone it changes nothing: the other steps stand in for it.")
        zh.append("单独去掉它不改变结果：其他步骤可替代。")


def _sizes(found: "Repair", i: int, en: list[str], zh: list[str]) -> None:
    """Say which cheaper size does nearly as much, if one does."""
    cheaper = cheaper_sizes(found.case.question, i)
    if cheaper is None:
        return
    j, avoided = cheaper
    name, cost = found.case.measures.names[j], amount(float(found.case.question.cost[j]))
    part, whole = (amount(float(a)) for a in avoided)
    en.append(f"A smaller size does nearly as much: {name}, cost {cost}, {part} of {whole} alone.")
    zh.append(f"较小规模几乎同样有效：{name}，成本 {cost}，单独避免 {whole} 中的 {part}。")


def scenario_reading(found: "Repair", s: int, exposed: str, loss: float) -> tuple[str, str]:
    """Return what a scenario does before and after.

    Parameters
    ----------
    found : Repair
        The plan.
    s : int
        Place of the scenario.
    exposed : str
        Node that still loses most; empty if none does.
    loss : float
        What it loses.
    """
    before, after = (float(losses[s]) for losses in found.runs.losses)
    after = _cleaned(after, before)
    if before <= UNFELT * _output(found):
        beside = _at_other_end(found, s)
        return (
            f"Hardly felt at home, with the plan or without.{beside[0]}",
            f"无论有无方案，本土几乎不受影响。{beside[1]}",
        )
    share = (before - after) / before
    change = f"{-share:+.0%}" if abs(share) >= 0.01 else f"{-share:+.2%}"
    weeks = [float(w[s]) for w in found.runs.weeks_to_recover]
    en = f"Loss falls from {amount(before)} to {amount(after)} ({change})."
    zh = f"损失由 {amount(before)} 降至 {amount(after)}（{change}）。"
    if share < 0.0:
        en = f"Loss rises from {amount(before)} to {amount(after)} ({change})."
        zh = f"损失由 {amount(before)} 升至 {amount(after)}（{change}）。"
    if abs(share) < UNCHANGED:
        en = f"Loss stays at {amount(before)}: the plan changes nothing here."
        zh = f"损失仍为 {amount(before)}：方案在此不起作用。"
    if any(w != 0.0 for w in weeks):
        en += f" Weeks to recover: {_weeks(weeks[0])} before, {_weeks(weeks[1])} after."
        zh += f"恢复周数：修复前 {_zh(weeks[0])}，修复后 {_zh(weeks[1])}。"
    else:
        en += " Output of home never falls below 95 %."
        zh += "本土产出始终不低于稳态的 95%。"
    if exposed:
        en += f" Still most exposed: {exposed}, {amount(loss)}."
        zh += f"仍最暴露：{exposed}，{amount(loss)}。"
    beside = _at_other_end(found, s)
    return en + beside[0], zh + beside[1]


def _at_other_end(found: "Repair", s: int) -> tuple[str, str]:
    """Return what a scenario loses at the other end of substitution; nothing if not run there."""
    if found.other_runs is None:
        return "", ""
    before, after = (float(losses[s]) for losses in found.other_runs.losses)
    before, after = _cleaned(before, _output(found)), _cleaned(after, before)
    en, zh = ENDS[far_from(found.case.oracle.end)]
    return (
        f" {en[0].upper()}{en[1:]}: from {amount(before)} to {amount(after)}.",
        f"{zh}：由 {amount(before)} 至 {amount(after)}。",
    )


ENDS = {
    "pooled": ("where stocks of all origins stand in for one another", "各来源库存可互相顶替时"),
    "by_origin": ("where no origin replaces another", "各来源互不替代时"),
}
"""The ends of substitution between the origins of a product."""


def found_notes(found: "Repair") -> tuple[tuple[str, str], ...]:
    """Return what the search showed that a reader has to know.

    Parameters
    ----------
    found : Repair
        The plan.
    """
    search, told = found.found, [_ends(found), _promise(found)]
    if not found.case.in_weeks and search.cost > search.avoided > 0.0:
        ratio = f"{search.avoided / search.cost:.2g}"
        told.append(
            (
                f"The plan costs more than it avoids: {ratio} of loss avoided for each unit of "
                f"cost. {OF_WEIGHTS[found.case.scenarios.weighted][0]}",
                f"方案的成本高于其避免的损失：每单位成本避免 {ratio}。"
                f"{OF_WEIGHTS[found.case.scenarios.weighted][1]}",
            )
        )
    assumed = [i for i in search.taken if found.case.measures.held[i].assumed]
    if assumed and not found.case.in_weeks:
        many = {"n": len(assumed), "of": len(search.taken)}
        said = "The cost of {n} of {of} {of:step|steps} is an assumption, a range."
        told.append(
            (agreed(said, **many), f"{many['of']} 个步骤中 {many['n']} 个的成本为假设区间。")
        )
    if not search.agreed:
        off = f"{search.off:.0%}"
        told.append(
            (
                f"Promise and engine differ by {off} of the loss avoided: the engine's counts.",
                f"承诺值与引擎结果相差避免损失的 {off}：以引擎结果为准。",
            )
        )
    told += _raising(found)
    if search.growing[0]:
        told.append(
            (
                f"In {search.growing[0]} of {search.growing[1]} pair tests a gain grew: no "
                "guarantee holds for a greedy plan.",
                f"{search.growing[1]} 次成对检验中 {search.growing[0]} 次收益递增："
                "贪心方案没有保证。",
            )
        )
    told.append(found.worth.duals.told())
    return tuple(told)


def _raising(found: "Repair") -> list[tuple[str, str]]:
    """Return which measures raised the loss in some run, by name, those of the plan first."""
    search = found.found
    if not search.rises:
        return []
    worst = {one.measure: one for one in reversed(search.rises)}  # the largest rise of each stays
    taken = set(search.names)
    chinese = found.case.scenarios.names_zh
    ranked = sorted(
        worst.values(), key=lambda r: (r.measure not in taken, r.before - r.after, r.measure)
    )
    told = []
    for one in ranked[:RAISED]:
        with_, zh_with = ", ".join(one.others), "、".join(one.others)
        if len(one.others) > NAMED:
            with_ = f"{len(one.others)} others"
            zh_with = f"其他 {len(one.others)} 项措施"
        mine = ("in the plan", "在方案中") if one.measure in taken else ("not in it", "不在方案中")
        told.append(
            (
                f"A measure can raise the loss in the engine: {one.measure} ({mine[0]}) in "
                f"{one.scenario} with {with_ or 'nothing else'}, from {amount(one.before)} to "
                f"{amount(one.after)}.",
                f"在引擎中措施也可能增加损失：{chinese[one.scenario]} 中 {one.measure}"
                f"（{mine[1]}），"
                f"{'与' + zh_with + '同用时' if zh_with else '单独使用时'}由 "
                f"{amount(one.before)} 升至 {amount(one.after)}。",
            )
        )
    rest = len(ranked) - RAISED
    if rest > 0:
        names = ", ".join(one.measure for one in ranked[RAISED:])
        told.append(
            (
                agreed("So can {n} other {n:measure|measures}: {names}.", n=rest, names=names),
                f"另有 {rest} 项措施也可能增加损失：{names}。",
            )
        )
    return told


RAISED = 3
"""Measures that raise the loss of which it is told how; the others are named."""


def _ends(found: "Repair") -> tuple[str, str]:
    """Return for which end the plan is made, and what is lost at the other one."""
    here = ENDS[found.case.oracle.end]
    there = ENDS[far_from(found.case.oracle.end)]
    en = f"The plan is made for the end {here[0]}"
    zh = f"方案按{here[1]}的一端制定"
    if found.other_runs is None:
        return (
            f"{en}; the other end, {there[0]}, was not run.",
            f"{zh}；另一端（{there[1]}）未运行。",
        )
    (here_before, here_after), (before, after) = found.at_ends
    last = found.case.question.timetable.years > 1
    years = (", in the last year", "（最后一年）") if last else ("", "")
    return (
        f"{en}, where it takes the loss from {amount(here_before)} to "
        f"{amount(_cleaned(here_after, here_before))}{years[0]}; at the other end, {there[0]}, "
        f"from {amount(before)} to {amount(_cleaned(after, before))}. What happens lies between "
        "the two ends, or near them.",
        f"{zh}，损失由 {amount(here_before)} 变为 {amount(_cleaned(here_after, here_before))}"
        f"{years[1]}；另一端（{there[1]}）由 {amount(before)} 变为 "
        f"{amount(_cleaned(after, before))}。实际结果介于两端之间或在其附近。",
    )


def _promise(found: "Repair") -> tuple[str, str]:
    """Return what was promised before engine runs were learnt from, what after, and what is so."""
    search = found.found
    before = found.loss_before
    first, last, run = (
        amount(_cleaned(value, before))
        for value in (search.first_promised, search.promised, search.loss)
    )
    rounds = len(search.rounds)
    en = agreed(
        "Before it was run the model promised a loss of {first} with this plan; after {n} "
        "{n:round|rounds} of engine runs the promise is {last}, and the engine says {run}.",
        first=first,
        n=rounds,
        last=last,
        run=run,
    )
    return en, (
        f"运行前模型承诺该方案下的损失为 {first}；经 {rounds} 轮引擎运行后承诺为 {last}，"
        f"引擎结果为 {run}。"
    )


OF_WEIGHTS = {
    True: (
        "And that as if one of the scenarios were certain in every year.",
        "且这是假定每年必有一个情景发生。",
    ),
    False: ("With the probabilities that were given.", "按所给概率计。"),
}
"""Whether nobody said how likely the scenarios are."""


def whole_reading(found: "Repair", language: Language) -> str:
    """Return what the plan says, a line a step and a line a scenario.

    Parameters
    ----------
    found : Repair
        The plan.
    language : str
        ``"en"`` or ``"zh"``.
    """
    zh = language == "zh"
    lines = [_head(found, zh=zh), *_other_head(found, zh=zh), *_steps(found, zh=zh)]
    frame = found.scenarios()
    lines.append("修复前后：" if zh else "Before and after:")
    column = f"reading_{language}"
    names, colon = found.case.scenarios.names_zh, "：" if zh else ": "
    said = zip(frame["scenario"].tolist(), frame[column].tolist(), strict=True)
    lines += [
        f"  {names[name] if zh else name}{colon}{words}" for name, words in list(said)[:SHOWN]
    ]
    if len(frame) > SHOWN:
        rest = len(frame) - SHOWN
        lines.append(
            f"  （其余 {rest} 个情景见表）" if zh else f"  (and {rest} more: see the table)"
        )
    lines.append("说明：" if zh else "Notes:")
    return "\n".join([*lines, *(f"  {note[zh]}" for note in found.notes)])


def _head(found: "Repair", *, zh: bool) -> str:
    unit = ("周覆盖" if zh else "weeks of cover") if found.case.in_weeks else str(found.money)
    before, after, steps = found.loss_before, found.loss_after, len(found.steps)
    share = (before - after) / before if before > 0.0 else 0.0
    values = {
        "steps": steps,
        "cost": amount(found.cost),
        "unit": unit,
        "money": str(found.money),
        "before": amount(before),
        "after": amount(_cleaned(after, before)),
        "share": f"{share:.0%}",
        "promised": amount(_cleaned(found.loss_promised, before)),
        "gap": f"{found.gap:.2%}",
    }
    if not steps:
        return (
            f"没有步骤：预算内没有能减少损失的措施。期望损失 {values['before']}。"
            if zh
            else f"No step: nothing within the budget avoids any loss. Expected loss "
            f"{values['before']} ({values['money']})."
        )
    if zh:
        return (
            "{steps} 个步骤，成本 {cost}（{unit}）。期望损失由 {before} 降至 {after}（{money}），"
            "避免 {share}；模型承诺 {promised}，与模型最优解的已证差距 {gap}。"
        ).format(**values)
    return agreed(
        "{steps} {steps:step|steps} for {cost} ({unit}). Expected loss falls from {before} to "
        "{after} ({money}), {share} avoided; promised {promised}, proven within {gap} of the best "
        "of the model.",
        **values,
    )


def _other_head(found: "Repair", *, zh: bool) -> list[str]:
    """Return the same at the other end of substitution, if it was run: a headline has both."""
    if found.other_runs is None:
        return []
    before, after = map(amount, found.at_ends[1])
    if found.case.oracle.end == "pooled":
        return [
            f"若各来源互不替代（另一端）：损失由 {before} 变为 {after}。"
            if zh
            else f"Where no origin stands in for another (the other end): {before} -> {after}."
        ]
    return [
        f"若各来源的库存可互相替代（另一端）：损失由 {before} 变为 {after}。"
        if zh
        else f"Where stocks of all origins stand in for one another (the other end): {before} -> "
        f"{after}."
    ]


def _steps(found: "Repair", *, zh: bool) -> list[str]:
    case, worth = found.case, found.worth
    verdict = worth.robustness.verdict
    lines = []
    low, _, high = case.costs_begun(found.found.start)
    for number, i in enumerate(worth.order, 1):
        one = case.measures.held[i]
        if case.in_weeks:
            cost, mark = f"{one.size:g} {'周' if zh else 'weeks'}", ""
        else:
            cost = f"{amount(float(low[i]))} - {amount(float(high[i]))}"
            mark = ("（假设）" if zh else ", assumed") if one.assumed else ""
        year = ""
        if case.question.timetable.years > 1:
            first = int(found.found.start[i]) + 1
            year = f"，第 {first} 年开始" if zh else f", from year {first}"
        avoids = amount(float(worth.increment[i]))
        word = "" if case.in_weeks else ("，" if zh else ", ") + WORDS[verdict[i]][zh]
        lines.append(
            f"  {number}. {one.name}：成本 {cost}{mark}，避免 {avoids}{word}{year}"
            if zh
            else f"  {number}. {one.name}: cost {cost}{mark}, avoids {avoids}{word}{year}"
        )
    return lines


WORDS = {
    "robust": ("robust", "稳健"),
    "depends": ("depends on costs", "视成本而定"),
    "never": ("in no best plan at other costs", "其他成本下从不列入"),
}


def _output(found: "Repair") -> float:
    """Return output of home at rest over the run."""
    oracle = found.case.oracle
    economy = oracle.economies.table().economy
    return float(economy.x0[oracle.read.at_home(economy)].sum() * oracle.steps)


def _cleaned(value: float, scale: float) -> float:
    """Return a loss, 0 where it is rounding beside another one."""
    return 0.0 if abs(value) <= UNFELT * abs(scale) else value


def _weeks(weeks: float) -> str:
    return "not within the run" if np.isnan(weeks) else f"{weeks:.1f}"


def _zh(weeks: float) -> str:
    return "期内未恢复" if np.isnan(weeks) else f"{weeks:.1f}"


def _some(words: Sequence[str]) -> str:
    more = f" (+{len(words) - NAMED})" if len(words) > NAMED else ""
    return "; ".join(words[:NAMED]) + more
