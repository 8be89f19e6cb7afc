"""What a repair says in words, English and Chinese: each step, each scenario, the whole."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainwright.params.agreement import agreed
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
    >>> amount(1234567.8), amount(12.3456)
    ('1,234,568', '12.35')
    """
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.4g}"


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
    if share >= 1.0:
        en.append(f"In the best plan of all {tried}.")
        zh.append(f"{trials} 次成本试算的最优方案均列入。")
    elif not np.isnan(share):
        en.append(f"In the best plan of {share:.0%} of {tried}.")
        zh.append(f"{trials} 次成本试算中 {share:.0%} 的最优方案列入。")
    if found.case.in_weeks:
        rate = worth.increment[i] / found.case.question.cost[i]
        en.append(f"It avoids {amount(rate)} for each week of cover.")
        zh.append(f"每周覆盖避免损失 {amount(rate)}。")
    elif one.assumed:
        en.append("Its cost is an assumption.")
        zh.append("其成本为假设。")
    if one.reason_en:
        en.append(one.reason_en)
    if one.reason_zh:
        zh.append(one.reason_zh)
    return " ".join(en), "".join(zh)


def _why(found: "Repair", i: int, en: list[str], zh: list[str]) -> None:
    """Say what is lost without a step, and where."""
    names = found.case.scenarios.names
    missed = float(found.worth.marginal[i])
    where = [names[s] for s in answered_scenarios(found, i)]
    if missed > UNFELT * abs(found.loss_before) and where:
        en.append(f"Without it {amount(missed)} more would be lost: {_some(where)}.")
        zh.append(f"缺少它将多损失 {amount(missed)}：{_some(where)}。")
    elif missed < -UNFELT * abs(found.loss_before):
        en.append(f"The engine would lose {amount(-missed)} less without it: see the notes.")
        zh.append(f"去掉它引擎反而少损失 {amount(-missed)}：见说明。")
    else:
        en.append("Left out alone it changes nothing: the other steps stand in for it.")
        zh.append("单独去掉它不改变结果：其他步骤可替代。")


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
        return "Hardly felt at home, with the plan or without.", "无论有无方案，本土几乎不受影响。"
    share = (before - after) / before
    weeks = [float(w[s]) for w in found.runs.weeks_to_recover]
    en = f"Loss falls from {amount(before)} to {amount(after)} ({-share:+.0%})."
    zh = f"损失由 {amount(before)} 降至 {amount(after)}（{-share:+.0%}）。"
    if share < 0.0:
        en = f"Loss rises from {amount(before)} to {amount(after)} ({-share:+.0%})."
        zh = f"损失由 {amount(before)} 升至 {amount(after)}（{-share:+.0%}）。"
    if any(w != 0.0 for w in weeks):
        en += f" Weeks to recover: {_weeks(weeks[0])} before, {_weeks(weeks[1])} after."
        zh += f"恢复周数：修复前 {_zh(weeks[0])}，修复后 {_zh(weeks[1])}。"
    else:
        en += " Output of home never falls below 95 %."
        zh += "本土产出始终不低于稳态的 95%。"
    if exposed:
        en += f" Still most exposed: {exposed}, {amount(loss)}."
        zh += f"仍最暴露：{exposed}，{amount(loss)}。"
    return en, zh


def found_notes(found: "Repair") -> tuple[tuple[str, str], ...]:
    """Return what the search showed that a reader has to know.

    Parameters
    ----------
    found : Repair
        The plan.
    """
    search, told = found.found, list[tuple[str, str]]()
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
    if search.rises:
        one = search.rises[0]
        with_ = ", ".join(one.others) or "nothing else"
        told.append(
            (
                f"A measure can raise the loss in the engine: {one.measure} in {one.scenario} with "
                f"{with_}, from {amount(one.before)} to {amount(one.after)} ({len(search.rises)} "
                "such runs).",
                f"在引擎中措施也可能增加损失：{one.scenario} 中 {one.measure}，由 "
                f"{amount(one.before)} 升至 {amount(one.after)}（共 {len(search.rises)} 次）。",
            )
        )
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
    lines = [_head(found, zh=zh), *_steps(found, zh=zh)]
    frame = found.scenarios()
    lines.append("修复前后：" if zh else "Before and after:")
    column = f"reading_{language}"
    lines += [f"  {row.scenario}: {getattr(row, column)}" for row in frame.head(SHOWN).itertuples()]
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


def _steps(found: "Repair", *, zh: bool) -> list[str]:
    case, worth = found.case, found.worth
    verdict = worth.robustness.verdict
    lines = []
    for number, i in enumerate(worth.order, 1):
        one = case.measures.held[i]
        if case.in_weeks:
            cost, mark = f"{one.size:g} {'周' if zh else 'weeks'}", ""
        else:
            cost = f"{amount(float(case.cost_low[i]))} - {amount(float(case.cost_high[i]))}"
            mark = ("（假设）" if zh else ", assumed") if one.assumed else ""
        year = ""
        if case.question.timetable.years > 1:
            first = int(found.found.start[i]) + 1
            year = f"，第 {first} 年开始" if zh else f", from year {first}"
        avoids, word = amount(float(worth.increment[i])), WORDS[verdict[i]][zh]
        lines.append(
            f"  {number}. {one.name}：成本 {cost}{mark}，避免 {avoids}，{word}{year}"
            if zh
            else f"  {number}. {one.name}: cost {cost}{mark}, avoids {avoids}, {word}{year}"
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
