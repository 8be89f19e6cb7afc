"""The answer in five sentences, each made from the findings."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose import ChainDiagnosis, Dependence, StuckNecks
from chainwright.params import table
from chainwright.report.analysis import Analysis
from chainwright.report.grids import Grids
from chainwright.report.repair_words import budget_told, done
from chainwright.report.repaired import RepairFound
from chainwright.report.scenario_runs import Scenario
from chainwright.report.shock_words import shock_name
from chainwright.report.stress_words import first_short, percent
from chainwright.report.wording import Words

__all__ = ["five_sentences", "more_sentences", "outside_of", "share_of", "unknown_inputs"]

GOODS = ("goods", "construction", "unclassified")

HARDLY = 0.001
"""Share of a day's output up to which a loss on the worst day is hardly felt."""


def outside_of(analysis: Analysis) -> str:
    """Return what lies outside home: ``"country"``, or ``"part"`` if home is a part of one.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    """
    provinces = {row["code"] for row in table("regions") if row["kind"] == "province"}
    home = analysis.home
    alone = set(home.nation) == set(home.regions)
    return "part" if alone and any(code in provinces for code in home.regions) else "country"


def unknown_inputs(analysis: Analysis) -> float:
    """Return the share of inputs from outside that no named country delivers; NaN if none come.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    """
    frame = analysis.frames["suppliers"]
    if not len(frame):
        return float("nan")
    return float(frame.loc[frame["composite"].astype(bool), "share_of_imports"].sum())


def five_sentences(analysis: Analysis, words: Words) -> list[str]:
    """Return five sentences: inputs, weak links, knock-out scan, long plates, what is unknown.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    grids = Grids(words, analysis.system.flows)
    home = words.home(analysis.home, analysis.system.flows)
    return [
        _inputs(analysis, words, home),
        _weak(analysis, words, grids),
        _dropped(analysis, words, grids, home),
        _strong(analysis, words, grids, home),
        _limits(analysis, words),
    ]


def more_sentences(analysis: Analysis, words: Words) -> list[str]:
    """Return a sentence on products, one a chain map, one a shock, and one on what to repair.

    None of them where there is none.

    Parameters
    ----------
    analysis : Analysis
        The answers.
    words : Words
        The language.
    """
    made = [] if analysis.products is None else [_products(analysis.products, analysis, words)]
    made += [_chain(found, words) for found in analysis.maps]
    made += [_stress(found, analysis, words) for found in analysis.scenarios]
    return made if analysis.repair is None else [*made, _repair(analysis.repair, analysis, words)]


def _repair(found: RepairFound, analysis: Analysis, words: Words) -> str:
    money = analysis.system.flows.money
    before, steps = found.expected("loss_before"), found.steps
    if not before > 0.0:
        home = words.home(analysis.home, analysis.system.flows)
        return words.say("s_repair_nothing_lost", home=home)
    told: dict[str, object] = {
        "within": words.say("s_repair_within", budget=budget_told(found, analysis, words))
        if found.budget is not None
        else words.say("s_repair_no_budget"),
        "before": words.amount(before, money),
    }
    if steps.empty:
        return words.say("s_repair_none", **told)
    first = steps.iloc[0].to_dict()
    assumed = "repair_cost_assumed" if first["cost_assumed"] else "repair_cost_quoted"
    return words.say(
        "s_repair",
        steps=len(steps),
        cost=words.amount(float(steps["cost"].sum()), money),
        share=percent(found.avoided_share),
        first=done(first, analysis, words),
        assumed=words.say(assumed),
        **told,
    )


def _stress(found: Scenario, analysis: Analysis, words: Words) -> str:
    flows = analysis.system.flows
    near, far = found.felt[0], found.felt[-1]
    told: dict[str, object] = {
        "name": shock_name(found.choice.shock, words, otherwise=found.choice.key),
        "home": words.home(analysis.home, flows),
        "days": f"{found.days:g}",
    }
    if not any(felt.is_felt for felt in found.felt):
        return words.say("s_stress_unfelt", **told)
    short = first_short(found, words, flows)
    told["share"] = percent(near.share_of_year)
    if near is far or not short:
        told["lost"] = words.amount(near.lost_at_home, flows.money)
        key = "s_stress" if short else "s_stress_no_short"
        return words.say(key, **told, **({"short": short} if short else {}))
    told |= {"short": short, "worst": percent(far.worst[0])}
    key = "s_stress_ends" if near.worst[0] < HARDLY else "s_stress_ends_felt"
    return words.say(key, **told)


def _products(found: Dependence, analysis: Analysis, words: Words) -> str:
    frame = analysis.frames["dependence"]
    lasting = frame[frame["lasting"].fillna(value=False).astype(bool)]
    years = found.found.years
    told: dict[str, object] = {
        "first": years[0],
        "last": years[-1],
        "source": found.system.trade.origin.file or words.say("none"),
        "examined": f"{len(frame):,}",
        "home": words.place(found.found.home.name),
        "lasting": len(lasting),
    }
    if not len(lasting):
        return words.say("more_products_none", **told)
    known = found.names("product", words.language)
    names = [
        words.say(
            "more_from",
            product=known.get(str(row["product"]), "") or row["product"],
            share=words.share(float(row["top_share"]), 0),
            place=words.place(str(row["top_supplier"])),
        )
        for row in lasting.head(3).to_dict("records")
    ]
    zh = words.language == "zh"
    said, rest = ("、" if zh else "; ").join(names), len(lasting) - len(names)
    if rest:
        said += ("" if zh else "; ") + words.say("and_more", count=rest)
    return words.say("more_products", names=said, **told)


def _chain(found: ChainDiagnosis, words: Words) -> str:
    zh = words.language == "zh"
    frame = found.table()
    weak = frame[frame["status"].isin(["stuck", "broken", "blocked"])]
    return words.say(
        "more_chain_named" if len(weak) else "more_chain",
        chain=(found.chain.title_zh if zh else found.chain.title_en) or found.chain.name,
        nodes=len(frame),
        weak=len(weak),
        names=words.in_a_row(weak[f"name_{words.language}"].tolist() or [""]),
        strong=found.counts["long plate"],
        unknown=found.counts["unknown"],
        watch=int(found.watch.sum()),
    )


def _inputs(analysis: Analysis, words: Words, home: str) -> str:
    glance = analysis.glance
    flows = glance.system.flows
    told = {"home": home, "when": words.when(flows.money.year)}
    if np.isnan(glance.inputs_abroad).all():
        bought = float(glance.inputs_home.sum() + glance.inputs_nation.sum())
        return words.say("s_inputs_none", inputs=words.amount(bought, flows.money), **told)
    outside = outside_of(analysis)
    told |= {
        "inputs": words.amount(float(glance.inputs.sum()), flows.money),
        "share": words.share(share_of(glance.inputs_abroad, glance.inputs)),
        "from_outside": words.say(f"from_outside_{outside}"),
    }
    frame = analysis.frames["suppliers"]
    named = frame[~frame["composite"].astype(bool)]
    if not len(frame):
        return words.say("s_inputs_home", **told)
    if not len(named):
        return words.say("s_inputs_unnamed", **told)
    top = [
        words.say(
            "with_share",
            name=words.region(flows, str(row["region"])),
            share=words.share(float(row["share_of_imports"])),
        )
        for row in named.head(3).to_dict("records")
    ]
    return words.say("s_inputs", top=words.in_a_row(top), **told)


def share_of(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> float:
    """Return the sum of `part` as a share of that of `whole`; NaN of nothing.

    Parameters
    ----------
    part, whole : ndarray [money]
        By home sector.
    """
    total = float(whole.sum())
    return float(part.sum()) / total if total > 0.0 else float("nan")


def _weak(analysis: Analysis, words: Words, grids: Grids) -> str:
    necks = analysis.necks
    if necks is None:
        return words.say("s_weak_cannot", reason=words.say(analysis.left_out["stuck_necks"]))
    imports = necks.system.flows.imports
    if imports is not None and imports.method == "proportional":  # said wherever a share is
        return f"{_weakest(analysis, necks, words, grids)} {words.say('weak_proportional')}"
    return _weakest(analysis, necks, words, grids)


def _weakest(analysis: Analysis, necks: StuckNecks, words: Words, grids: Grids) -> str:
    frame = analysis.frames["stuck_necks"]
    flagged = frame[frame["flagged"].astype(bool)]
    told: dict[str, object] = {
        "examined": len(frame),
        "flagged": len(flagged),
        "cost": words.share(necks.thresholds.min_cost_share, 0),
    }
    goods = flagged[flagged["product_class"].isin(GOODS)]
    if not len(goods):
        return words.say("s_weak_none", **told)
    first = goods.iloc[0]
    flows = necks.system.flows
    told |= {
        "user": words.sector(flows, str(first["sector"])),
        "product": words.sector(flows, str(first["product"])),
        "imported": words.share(float(first["imported_share"]), 0),
    }
    if first["finding"] == "supplier not stated":
        return words.say("s_weak_unstated", **told)
    if first["finding"] == "supplier unknown":
        return words.say("s_weak_unknown", **told)
    return words.say(
        "s_weak",
        supplier=grids.place(str(first["top_supplier"])),
        exposure=words.share(float(first["exposure_direct"]), 0),
        risk=words.amount(float(first["output_at_risk"]), flows.money),
        **told,
    )


def _dropped(analysis: Analysis, words: Words, grids: Grids, home: str) -> str:
    dropped = analysis.dropped
    flows = dropped.system.flows
    frame = analysis.frames["dropped_chains"]
    told = {"home": home, "cut": words.share(dropped.question.cut, 0)}
    hit = frame[(frame["shortage_first"] > 0.0) & ~frame["composite"].astype(bool)]
    outside = hit[hit["place"] == "abroad"]
    chosen = outside if len(outside) else hit
    if not len(chosen):
        return words.say("s_drop_none", **told)
    first = chosen.sort_values("shortage_first", ascending=False, kind="stable").iloc[0]
    user = str(first["top_user"])
    told |= {
        "sector": words.sector(flows, str(first["sector"])),
        "amount": words.amount(float(first["shortage_first"]), flows.money),
        "user": words.sector(flows, user.partition(":")[2]),
        "region": grids.place(str(first["region"])),
    }
    return words.say("s_drop" if len(outside) else "s_drop_home", **told)


def _strong(analysis: Analysis, words: Words, grids: Grids, home: str) -> str:
    plates = analysis.plates
    flows = plates.system.flows
    frame = analysis.frames["long_plates"]
    goods = frame[~frame["sector_class"].isin(["trade", "transport", "services"])]
    shown = goods if len(goods) else frame

    def names(rows: pd.DataFrame) -> str:
        return words.in_a_row(
            [f"“{words.sector(flows, str(s))}”" for s in rows["sector"].head(3)], 3
        )

    if frame["long_plate"].isna().all():
        share = float(shown.iloc[0]["domestic_value_added_share"])
        if flows.is_competitive:
            return words.say("s_strong_mixed", home=home, sectors=names(shown))
        if np.isnan(share):
            return words.say("s_strong_national_short", home=home, sectors=names(shown))
        return words.say(
            "s_strong_national", home=home, sectors=names(shown), share=words.share(share, 0)
        )
    long = frame[frame["long_plate"].fillna(value=False).astype(bool)]
    if not len(long):
        nearest = shown.iloc[0]
        return words.say(
            "s_strong_none",
            home=home,
            sector=words.sector(flows, str(nearest["sector"])),
            share=words.share(float(nearest["world_share_exports"]), 0),
        )
    first = long.iloc[0]
    return words.say(
        "s_strong",
        home=home,
        sectors=names(long),
        share=words.share(float(first["world_share_exports"]), 0),
        dependent=grids.place(str(first["top_dependent"])),
        dependence=words.share(float(first["top_dependence"]), 0),
    )


def _limits(analysis: Analysis, words: Words) -> str:
    share = unknown_inputs(analysis)
    from_outside = words.say(f"from_outside_{outside_of(analysis)}")
    if np.isnan(share) or share == 0.0:
        unknown = words.say("unknown_stocks")
    elif share > 1.0 - 1e-9:
        unknown = words.say("unknown_all") + words.say("and_also") + words.say("unknown_stocks")
    else:
        unknown = words.say("unknown_share", share=words.share(share, 0), from_outside=from_outside)
        unknown += words.say("and_also") + words.say("unknown_stocks")
    return words.say("s_limits", unknown=unknown)
