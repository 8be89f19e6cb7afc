"""The chapter on repair: what to do first within a budget, what it saves, what stays exposed."""

import numpy as np

from chainwright.report.analysis import Analysis
from chainwright.report.blocks import Block, Columns, Grid, Note, Picture, Section, Text, Tiles
from chainwright.report.charts import Band, Curve, Span, band_chart
from chainwright.report.charts.frontier import frontier_chart
from chainwright.report.charts.palette import FOREIGN, HOME
from chainwright.report.repair_words import (
    answered,
    budget_told,
    cost_told,
    done,
    exposed,
    scenario_called,
    step_told,
    weeks_told,
)
from chainwright.report.repaired import RepairFound
from chainwright.report.stress_words import percent
from chainwright.report.wording import Words

__all__ = ["repair_sections"]

FIRST = 5
"""Steps that are told in words."""

ROWS, CURVES, SPANS = 20, 6, 4

NEARLY = 1e-3
"""Share of what is avoided up to which two ways to choose do alike."""

LEAST = 1e-6
"""Share of a day's output up to which no curve is worth while."""


def repair_sections(analysis: Analysis, words: Words) -> list[Section]:
    """Return the chapter on repair; none where no plan was asked for.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    found = analysis.repair
    if found is None:
        return []
    head = words.say("repair_head")
    blocks: list[Block] = [Text(_lead(found, analysis, words), lead=True)]
    if len(found.steps):
        blocks.append(_tiles(found, analysis, words))
        blocks += _first_steps(found, analysis, words)
        blocks.append(_table(found, analysis, words))
    if len(found.others):
        names = [done(row, analysis, words) for row in found.others.to_dict("records")]
        blocks.append(
            Note(
                words.say(
                    "repair_others", names=("；" if words.language == "zh" else "; ").join(names)
                )
            )
        )
    blocks += _frontier(found, analysis, words)
    blocks.append(_before_after(found, analysis, words))
    if len(found.steps):
        blocks += _curves(found, analysis, words)
    blocks.append(Text(exposed(found, analysis, words)))
    blocks.append(Note(_assumed(found, analysis, words)))
    blocks.append(Note(words.say("repair_cannot")))
    return [Section("repair", head, blocks)]


def _lead(found: RepairFound, analysis: Analysis, words: Words) -> str:
    """Return what the plan costs, and what it leaves when the repaired system is run again."""
    flows = analysis.system.flows
    home = words.home(analysis.home, flows)
    before = found.expected("loss_before")
    if not before > 0.0:
        return words.say("repair_nothing_lost", home=home)
    told = {"budget": budget_told(found, analysis, words)}
    told["before"] = words.amount(before, flows.money)
    steps = found.steps
    if steps.empty:
        return words.say("repair_none", **told)
    days = found.by_day["day"]
    length = float(days.max()) + float(np.diff(np.unique(days)).min(initial=1.0))
    return words.say(
        "repair_lead" if found.budget is not None else "repair_lead_no_budget",
        home=home,
        steps=len(steps),
        cost=words.amount(float(steps["cost"].sum()), flows.money),
        low=words.amount(float(steps["cost_low"].sum()), flows.money),
        high=words.amount(float(steps["cost_high"].sum()), flows.money),
        after=words.amount(found.expected("loss_after"), flows.money),
        promised=words.amount(found.expected("loss_promised"), flows.money),
        measured=words.say(f"repair_measured_{found.loss}"),
        scenarios=len(found.scenarios),
        days=f"{length:g}",
        **told,
    )


def _tiles(found: RepairFound, analysis: Analysis, words: Words) -> Tiles:
    steps = found.steps
    low, high = float(steps["cost_low"].sum()), float(steps["cost_high"].sum())
    cost = float(steps["cost"].sum())
    avoided = found.expected("loss_before") - found.expected("loss_after")
    assumed, robust = int(steps["cost_assumed"].sum()), int((steps["verdict"] == "robust").sum())
    figures = [
        (percent(found.avoided_share), words.say("k_repair_avoided")),
        (cost_told(low, high, analysis, words), words.say("k_repair_cost")),
    ]
    if cost > 0.0:
        figures.append((f"{avoided / cost:,.3g}", words.say("k_repair_per_cost")))
    figures.append((f"{assumed} / {len(steps)}", words.say("k_repair_assumed")))
    figures.append((f"{robust} / {len(steps)}", words.say("k_repair_robust")))
    return Tiles(figures)


def _first_steps(found: RepairFound, analysis: Analysis, words: Words) -> list[Block]:
    rows = found.steps.head(FIRST).to_dict("records")
    return [Text(step_told(row, analysis, words)) for row in rows]


def _table(found: RepairFound, analysis: Analysis, words: Words) -> Grid:
    """Return all steps of the plan: what for whom, costs, what each avoids, whether it stays."""
    steps = found.steps
    divisor, unit = words.scale(analysis.system.flows.money)
    columns = [
        Columns("", numeric=True),
        Columns(words.say("repair_c_do")),
        Columns(words.say("repair_c_cost"), unit, numeric=True),
        Columns(words.say("repair_c_assumed"), tight=True),
        Columns(words.heading("repair", "loss_avoided"), unit, numeric=True),
        Columns(words.heading("repair", "marginal_loss"), unit, numeric=True),
        Columns(words.heading("repair", "break_even_cost"), unit, numeric=True),
        Columns(words.say("repair_c_verdict")),
        Columns(words.heading("repair", "answers")),
    ]

    def number(value: float) -> str:
        return "–" if np.isnan(value) else f"{value / divisor:,.3g}"

    rows = []
    for row in steps.head(ROWS).to_dict("records"):
        low, high = number(row["cost_low"]), number(row["cost_high"])
        share = percent(float(row["robust_share"]))
        verdict = str(row["verdict"])
        rows.append(
            [
                f"{int(row['order'])}",
                done(row, analysis, words),
                low if low == high else f"{low} – {high}",
                words.say("repair_assumption" if row["cost_assumed"] else "repair_quoted"),
                number(row["loss_avoided"]),
                number(row["marginal_loss"]),
                number(row["break_even_cost"]),
                words.say(f"repair_v_{verdict}", share=share) if verdict else "–",
                answered(row, analysis, words),
            ]
        )
    every = len(found.answer.tables()["repair"])
    key = "where" if len(rows) == every else "where_some"
    files = "tables/repair.csv (.parquet, .json)"
    where = words.say(key, shown=len(rows), rows=every, files=files)
    return Grid(words.say("repair_table"), columns, rows, where)


def _frontier(found: RepairFound, analysis: Analysis, words: Words) -> list[Block]:
    """Return what each budget buys, where that was asked."""
    frame = found.budgets
    if frame is None or not (frame["cost"] > 0.0).any():
        return []
    money = analysis.system.flows.money
    divisor, unit = words.scale(money)
    costs = frame["cost"].to_numpy(float) / divisor
    avoided = frame["loss_avoided"].to_numpy(float) / divisor
    none = frame["loss_after"].to_numpy(float) + frame["loss_avoided"].to_numpy(float)
    less = avoided - (none - frame["greedy_loss"].to_numpy(float)) / divisor
    worse = float(np.nanmax(less, initial=0.0))
    greedy = (
        words.say("repair_frontier_greedy", less=words.amount(worse * divisor, money))
        if worse > NEARLY * float(np.nanmax(avoided, initial=0.0))
        else words.say("repair_frontier_alike")
    )
    here = None
    if len(found.steps):
        saved = found.expected("loss_before") - found.expected("loss_after")
        here = (float(found.steps["cost"].sum()) / divisor, saved / divisor)
    best = [(0.0, 0.0), *zip(costs.tolist(), avoided.tolist(), strict=True)]
    chart = frontier_chart(
        sorted(set(best)),
        here=here,
        names=(
            words.say("repair_frontier_best"),
            words.say("repair_frontier_here"),
        ),
        title=words.say("repair_frontier_title"),
        description=words.say(
            "repair_frontier_description",
            avoided=words.amount(float(frame["loss_avoided"].iloc[-1]), money),
            cost=words.amount(float(frame["cost"].iloc[-1]), money),
        ),
        axes=(
            words.say("repair_frontier_cost", money=unit),
            words.say("repair_frontier_axis", money=unit),
        ),
        number=lambda v: f"{v:,.4g}",
    )
    return [Picture(chart, words.say("repair_frontier_caption", greedy=greedy))]


def _before_after(found: RepairFound, analysis: Analysis, words: Words) -> Grid:
    """Return the scenarios before and after, as the engine runs them."""
    flows = analysis.system.flows
    divisor, unit = words.scale(flows.money)
    columns = [
        Columns(words.say("stress_c_scenario")),
        Columns(words.say("repair_c_probability"), "%", numeric=True),
        Columns(words.say("repair_c_before"), unit, numeric=True),
        Columns(words.say("repair_c_promised"), unit, numeric=True),
        Columns(words.say("repair_c_after"), unit, numeric=True),
        Columns(words.say("repair_c_share"), numeric=True),
        Columns(words.say("repair_c_back"), numeric=True),
    ]
    rows = [
        [
            scenario_called(str(row["scenario"]), analysis, words),
            f"{100.0 * row['probability']:.3g}",
            *(f"{row[c] / divisor:,.3g}" for c in ("loss_before", "loss_promised", "loss_after")),
            percent(float(row["avoided_share"])),
            weeks_told(
                float(row["weeks_to_recover_before"]), float(row["weeks_to_recover_after"]), words
            ),
        ]
        for row in found.scenarios.head(ROWS).to_dict("records")
    ]
    every = len(found.scenarios)
    key = "where" if len(rows) == every else "where_some"
    files = "tables/repair_scenarios.csv (.parquet, .json)"
    where = words.say(key, shown=len(rows), rows=every, files=files)
    return Grid(words.say("repair_before_after"), columns, rows, where)


def _curves(found: RepairFound, analysis: Analysis, words: Words) -> list[Block]:
    """Return home's output before and after day by day, the scenarios that lose most first."""
    home = words.home(analysis.home, analysis.system.flows)
    worst = found.scenarios.sort_values("loss_before", ascending=False, kind="stable")
    shocks = {s.choice.key: s.choice.shock for s in analysis.scenarios}
    pictures: list[Block] = []
    for name in worst["scenario"].head(CURVES):
        frame = found.by_day[found.by_day["scenario"] == name].sort_values("day", kind="stable")
        before, after = (
            1.0 - frame[column].to_numpy(float) for column in ("output_before", "output_after")
        )
        if not np.nanmax(np.abs(before), initial=0.0) > LEAST:
            continue
        called = scenario_called(str(name), analysis, words)
        blows = shocks[str(name)].blows[:SPANS] if name in shocks else ()
        chart = band_chart(
            frame["day"].tolist(),
            [
                Curve(words.say("repair_curve_before"), before.tolist(), FOREIGN),
                Curve(words.say("repair_curve_after"), after.tolist(), HOME),
            ],
            bands=[
                Band(
                    words.say("repair_curve_saved"),
                    np.minimum(before, after).tolist(),
                    before.tolist(),
                    HOME,
                )
            ],
            spans=[Span(words.say(f"span_{b.kind}"), b.start_day, b.end_day) for b in blows],
            title=words.say("repair_curve_title", home=home, name=called),
            description=words.say(
                "repair_curve_description",
                home=home,
                worst=percent(float(np.nanmax(before))),
                left=percent(float(np.nanmax(after))),
            ),
            axis=words.say("stress_curve_axis", home=home),
            day_axis=words.say("stress_curve_days"),
            number=lambda v: f"{100.0 * v:.4g} %",
            height=90.0,
        )
        pictures.append(Picture(chart, words.say("repair_curves_caption", home=home)))
    return pictures


def _assumed(found: RepairFound, analysis: Analysis, words: Words) -> str:
    """Return which costs, and what else, are assumptions."""
    zh = words.language == "zh"
    steps = found.steps
    notes = ("" if zh else " ").join(found.told(words.language))
    assumed = steps[steps["cost_assumed"].astype(bool)]
    if assumed.empty:
        return words.say("repair_assumed_none", notes=notes).rstrip()
    names = [done(row, analysis, words) for row in assumed.to_dict("records")]
    return words.say(
        "repair_assumed",
        assumed=len(assumed),
        steps=len(steps),
        names=("；" if zh else "; ").join(names),
        notes=notes,
    ).rstrip()
