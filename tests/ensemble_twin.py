"""Plain twin of an ensemble: each draw a run of its own, every table made row by row.

Written from the documented meaning of inputs, columns and forms alone: values are drawn one by
one through the inverse of textbook distributions, every draw is one `stress.run`, and statistics
are sorted numbers.
"""

from dataclasses import replace

import numpy as np
from scipy import stats

from chainwright import stress
from chainwright.stress import Shock

STATISTICS = ("mean", "lowest", "q05", "q25", "median", "q75", "q95", "highest")


def distribution(one):
    """Return what scipy calls the form of an input."""
    if one.form == "range":
        return stats.uniform(one.low, one.high - one.low)
    if one.form == "triangular":
        width = one.high - one.low
        return stats.triang((one.mode - one.low) / width, one.low, width)
    ends = {"psi": (0.0, 1.0), "start_shift_days": (-np.inf, np.inf)}
    low, high = ends.get(one.input, (0.0, np.inf))
    low = low if one.low is None else one.low
    high = high if one.high is None else one.high
    return stats.truncnorm((low - one.mean) / one.sd, (high - one.mean) / one.sd, one.mean, one.sd)


def drawn(inputs, seed, draw):
    """Return the values of a draw: child `draw` of the seed, a number an input, in their order."""
    child = np.random.SeedSequence(seed).spawn(draw + 1)[draw]
    shares = np.random.default_rng(child).random(len(inputs))
    return [float(distribution(i).ppf(u)) for i, u in zip(inputs, shares, strict=True)]


def changed(blow, name, value):
    """Return a blow with one uncertain input at a value."""
    if name == "size_factor":
        share = None if blow.share is None else min(1.0, blow.share * value)
        money = None if blow.money is None else blow.money * value
        sizes = tuple((code, min(1.0, size * value)) for code, size in blow.shares)
        return replace(blow, share=share, money=money, shares=sizes)
    if name == "start_shift_days":
        return replace(blow, start_day=blow.start_day + value)
    if name == "length_factor":
        return replace(blow, days=blow.days * value)
    half = None if blow.half_recovery_days is None else blow.half_recovery_days * value
    return replace(blow, recovery_days=blow.recovery_days * value, half_recovery_days=half)


def question(shock, model, inputs, values):
    """Return the shock and the model of a draw."""
    blows = list(shock.blows)
    for one, value in zip(inputs, values, strict=True):
        if one.input == "stock_factor":
            model = replace(model, stock_days=model.stock_days * value)
        elif one.input in {"psi", "restoration_days", "overproduction_max", "overproduction_days"}:
            model = replace(model, **{one.input: value})
        else:
            blows = [
                changed(b, one.input, value) if one.blow in {None, k + 1} else b
                for k, b in enumerate(blows)
            ]
    return replace(shock, blows=tuple(blows)), model


def draw_of(system, stated, inputs, values, *, days, end):
    """Return everything that the tables say of one draw, from one run."""
    asked, how = question(*stated, inputs, values)
    run = stress.run(system, asked, days=days, model=how)
    end = end if end in run.runs else "single"
    tables = {name: t[t["end"] == end] for name, t in run.tables().items()}
    rows, economy = tables["stress_run"], run.economy
    made = run.runs[end].production.sum(axis=1)
    share = 1.0 - made / economy.x0.sum()
    first = min(blow.start_day for blow in asked.blows)
    below = [t for t, lost in enumerate(share) if 1.0 - lost < 0.95 - 1e-12]
    step = economy.step_days
    if not below:
        back = 0.0
    elif below[-1] == len(share) - 1:
        back = np.inf
    else:
        back = (below[-1] + 1) * step - first
    short = tables["stress_short"]
    earliest = short[short["day"] == short["day"].min()]
    size = dict(zip(economy.flows.nodes.codes, economy.x0, strict=True))
    node = max((f"{r.region}:{r.sector}" for r in earliest.itertuples()), key=size.get, default="")
    of_node = {f"{r.region}:{r.sector}": r.product for r in short.itertuples()}
    return {
        "rows": rows,
        "lost_share": share,
        "lost_days": share.sum() * step,
        "triangle_days": sum(lost for lost in share if lost > 1e-12) * step,
        "lowest_output": 1.0 - share.max(),
        "days_to_recover": back,
        "short_node": node,
        "short_product": of_node.get(node, ""),
        "short_day": earliest["day"].min() if node else np.nan,
        "short_counts": short["product"].value_counts().to_dict(),
    }


def amount(rows, measure, region, sector):
    """Return an amount of the table of losses of a run."""
    column = {"output": "output_lost", "value_added": "value_added_lost"}.get(
        measure, "unmet_final"
    )
    level = "region" if region else "sector" if sector else "all"
    found = rows[(rows["level"] == level) & (rows["region"] == region)]
    return found.loc[found["sector"] == sector, column].item()


def statistics(values):
    """Return mean, extremes and quantiles; a quantile between two draws is on their line."""
    ordered = sorted(values)
    found = {"mean": sum(ordered) / len(ordered), "lowest": ordered[0], "highest": ordered[-1]}
    levels = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
    for name, level in levels.items():
        at = level * (len(ordered) - 1)
        low = int(at)
        high = min(low + 1, len(ordered) - 1)
        found[name] = ordered[low] + (at - low) * (ordered[high] - ordered[low])
    return {name: v if np.isfinite(v) else np.nan for name, v in found.items()}


def twin(system, shock, model, *, days, draws, seed, inputs, end="pooled"):
    """Return the values of each draw and what each draw loses."""
    values = [drawn(inputs, seed, draw) for draw in range(draws)]
    found = [draw_of(system, (shock, model), inputs, v, days=days, end=end) for v in values]
    return values, found


def joined(*shocks):
    """Return shocks as one."""
    return Shock(tuple(blow for shock in shocks for blow in shock.blows))
