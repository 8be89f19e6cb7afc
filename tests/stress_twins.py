"""Plain twins of runs under stress: what a blow means day by day, ARIO laid out, every table.

Written from the published equations and the documented meaning of fields and columns alone: orders
are one dense matrix, every blow is looked up word by word, tables are made group by group.
"""

import numpy as np

from chainwright.stress import InventoryModel, stock_days


def left_of(blow, e):
    """Return what is left of a blow `e` days after its days at full size."""
    if e <= 0:
        return 1.0
    tau = blow.recovery_days
    if blow.recovery == "at_once" or tau == 0:
        return 0.0
    if blow.recovery == "linear":
        return max(0.0, 1.0 - e / tau)
    if blow.recovery == "convex":
        return (1.0 - 1.0 / tau) ** e
    if blow.recovery == "convex_scaled":
        return (1.0 - 1.0 / tau) ** (4.0 * e)
    half, c = tau / (blow.half_recovery_days or tau / 2.0), 1e-6
    power = (np.log(tau) - np.log(c)) / (np.log(tau) - np.log(half))
    return tau / (tau + c * e**power)


def course(blow, steps, step_days):
    """Return how much of a blow holds in each step: the mean over the days of the step."""
    last = blow.start_day + blow.days
    daily = np.zeros(steps * int(step_days))
    for d in range(len(daily)):
        hit = max(0.0, min(d + 1, last) - max(d, blow.start_day))
        if blow.recovery == "rebuild":
            daily[d] = float(d + 1 > blow.start_day)
        elif blow.recovery == "at_once" or d + 1 <= last:
            daily[d] = hit
        else:
            daily[d] = left_of(blow, d - 1 - last) * min(1.0, d + 1 - blow.start_day)
    return daily.reshape(steps, int(step_days)).mean(axis=1)


class Table:
    """A system as plain arrays a step: rows are home nodes, then rows from abroad."""

    def __init__(self, system, step_days):
        flows = system.flows
        n = len(flows.nodes)
        self.step = step_days
        self.home = [tuple(c.split(":", 1)) for c in flows.nodes.codes]
        self.pairs = list(self.home)
        self.users = [u.split(":", 1)[0] for u in flows.users.codes]
        self.wanting = [
            "abroad" if u.endswith(":exports") else u.split(":", 1)[0] for u in flows.users.codes
        ]
        z = np.maximum(np.asarray(flows.matrix, float), 0.0)
        f = np.asarray(flows.final, float)
        total = np.maximum(f.sum(axis=1), 0.0)
        if flows.imports is not None:
            self.pairs += [tuple(c.split(":", 1)) for c in flows.imports.rows.codes]
            z = np.vstack([z, np.maximum(flows.imports.matrix, 0.0)])
            f = np.vstack([f, flows.imports.final])
            total = np.maximum(f.sum(axis=1), 0.0)
        wanted = np.maximum(f, 0.0)
        sums = wanted.sum(axis=1, keepdims=True)
        wanted = np.divide(wanted, sums, out=np.zeros_like(wanted), where=sums > 0) * total[:, None]
        per = step_days / 365.0
        self.n, self.Z, self.F = n, z * per, wanted * per
        self.delivered = self.Z.sum(axis=1) + self.F.sum(axis=1)
        self.x0 = self.Z[:n].sum(axis=1) + self.F[:n].sum(axis=1)
        self.VA = np.maximum(0.0, self.x0 - self.Z.sum(axis=0)) / per
        sectors = list(flows.nodes.sectors.codes)
        self.sectors = sectors + sorted({p for _, p in self.pairs} - set(sectors))
        self.product = np.array([self.sectors.index(p) for _, p in self.pairs])
        inv = np.divide(1.0, self.x0, out=np.zeros(n), where=self.x0 > 0)
        self.A = self.Z * inv
        self.AC = np.array(
            [self.A[self.product == p].sum(axis=0) for p in range(len(self.sectors))]
        )


def named(table, blow, rows):
    """Return which of the first `rows` rows a blow names."""
    out = np.zeros(rows, bool)
    for g, (region, sector) in enumerate(table.pairs[:rows]):
        by_node = f"{region}:{sector}" in blow.nodes
        free = not blow.nodes or blow.regions or blow.products
        in_region = not blow.regions or region in blow.regions
        in_sector = not blow.products or sector in blow.products
        out[g] = by_node or bool(free and in_region and in_sector)
    return out


def size(table, blow, rows):
    """Return the share lost at each of the first `rows` rows."""
    hit = named(table, blow, rows)
    if not blow.shares:
        return hit * blow.share
    by = dict(blow.shares)
    each = [by.get(f"{r}:{s}", by.get(s, by.get(r, 0.0))) for r, s in table.pairs[:rows]]
    return hit * np.array(each)


def cut_pairs(table, blow):
    """Return which deliveries to producers and to final users a cut ends."""
    sells = named(table, blow, len(table.pairs))
    buyers = [(r, f"{r}:{s}") for r, s in table.home]
    users = [(u, "") for u in table.wanting]
    ends = []
    for who in (buyers, users):
        open_ = np.zeros((len(table.pairs), len(who)), bool)
        for g in np.flatnonzero(sells):
            for f, (region, code) in enumerate(who):
                if blow.buyers:
                    own = not (blow.nodes or blow.regions) and region == table.pairs[g][0]
                    open_[g, f] = (region in blow.buyers or code in blow.buyers) and not own
                else:
                    open_[g, f] = region != table.pairs[g][0]
        ends.append(open_)
    return ends


def shared_out(total, weight, product):
    """Return `total` (S, k) of each product among its rows by `weight`; nothing where none is."""
    sums = np.array([weight[product == p].sum(axis=0) for p in range(len(total))])
    part = np.divide(total, sums, out=np.zeros_like(total), where=sums > 0)
    return weight * part[product]


def by_product(rows, product, count):
    """Return rows added by product."""
    return np.array([rows[product == p].sum(axis=0) for p in range(count)])


def ario(system, shock, days, model=None, *, pooled=True):  # noqa: PLR0912, PLR0915
    """Return the days of ARIO: output, unmet final demand by row and user, first stock short."""
    model = model or InventoryModel()
    w = 7 if model.step == "week" else 1
    t_all = int(np.ceil(days / w))
    tab = Table(system, w)
    n, S, P = tab.n, len(tab.sectors), tab.product
    rows = len(tab.pairs)
    x0, Z, F = tab.x0, tab.Z, tab.F
    given = model.stock_days
    if given is None:
        s = stock_days(_axis(system, tab)).days.astype(float)
    else:
        s = (
            np.full(S, float(given))
            if np.isscalar(given)
            else np.array([dict(given)[p] for p in tab.sectors])
        )
    s = np.where(s <= w, 2.0, s / w)
    tau, tau_a = np.full(S, model.restoration_days / w), model.overproduction_days / w
    if given is None:
        tau = np.minimum(tau, s)
    cap_of = model.capital_ratio * tab.VA
    courses = [course(b, t_all, w) for b in shock.blows]
    cuts = [cut_pairs(tab, b) if b.kind == "supply_cut" else None for b in shock.blows]
    damage, rebuilt = {}, {}
    for k, b in enumerate(shock.blows):
        if b.kind != "capital":
            continue
        if b.money is not None:
            hit = named(tab, b, n)
            damage[k] = b.money * hit * x0 / (hit * x0).sum()
        else:
            damage[k] = size(tab, b, n) * cap_of
        if b.recovery == "rebuild":
            share = np.array([dict(b.rebuilding).get(tab.sectors[p], 0.0) for p in P])
            bought = np.where((by_product(Z, P, S) > 0)[P], Z, tab.delivered[:, None])
            dist = shared_out(np.ones((S, n)), bought, P)
            rebuilt[k] = damage[k] * b.rebuild_factor * share[:, None] * dist
    finite = np.isfinite(s)
    AC, A = tab.AC, tab.A
    counted = model.cutoff < AC
    if pooled:
        Om = np.where(finite[:, None], s[:, None], 0.0) * x0 * AC
    else:
        Om = np.where(finite[P][:, None], s[P][:, None], 0.0) * x0 * A

    def at(t):
        """Return cut deliveries to producers and final users, and what is wanted, in step t."""
        shut, shut_f, want = np.zeros(Z.shape, bool), np.zeros(F.shape, bool), np.ones(F.shape)
        for k, b in enumerate(shock.blows):
            size_t = courses[k][min(t, t_all - 1)]
            if b.kind == "supply_cut" and size_t > 0:
                assert size_t * b.share == 1.0, "whole cuts only"
                shut |= cuts[k][0]
                shut_f |= cuts[k][1]
            elif b.kind == "demand_drop":
                whom = np.array([not b.buyers or u in b.buyers for u in tab.wanting])
                loss = size(tab, b, rows)[:, None] * whom * size_t
                want = np.minimum(want, 1.0 - loss)
        return shut, shut_f, want

    alpha, x = np.ones(n), x0.copy()
    shut, shut_f, want = at(0)
    q = np.ones(rows)
    orders = shared_out(by_product(Z, P, S), Z * ~shut, P) if pooled else Z * ~shut
    out = {k: [] for k in ("x", "unmet", "unmet_row", "alpha", "cap", "reb")}
    short_step, alike = np.full(n, -1), {}
    for t in range(t_all):
        wanted = F * want
        if pooled:
            asked = shared_out(by_product(wanted, P, S), wanted * ~shut_f, P)
            left = by_product(wanted * ~shut_f, P, S)[P] > 0
            nowhere = wanted * (shut_f & ~left)
        else:
            asked, nowhere = wanted * ~shut_f, wanted * shut_f
        Y = asked.sum(axis=1)
        loss, gone = np.zeros(n), np.zeros(n)
        reb = np.zeros(rows)
        active = []
        for k, b in enumerate(shock.blows):
            if b.kind == "capacity":
                loss = np.maximum(loss, size(tab, b, n) * courses[k][t])
            elif b.kind == "capital" and k not in rebuilt:
                gone += damage[k] * courses[k][t]
            elif b.kind == "capital" and t >= b.start_day // w:
                gone += rebuilt[k].sum(axis=0) / b.rebuild_factor
                if t >= (b.start_day + b.days) // w:
                    active.append((k, b.recovery_days / w))
                    reb += rebuilt[k].sum(axis=1) / (b.recovery_days / w)
        loss = np.maximum(loss, np.divide(gone, cap_of, out=np.zeros(n), where=cap_of > 0))
        D = orders.sum(axis=1) + Y + reb
        if t > 1:
            z = np.divide(D[:n] - x, D[:n], out=np.zeros(n), where=D[:n] > 0)
            back = (model.overproduction_base - alpha) / tau_a
            rise = (model.overproduction_max - alpha) * z / tau_a
            if model.scarcity == "code":
                alpha = alpha + rise + (z == 0) * back
            else:
                alpha = alpha + np.where(z > 0, rise, back)
            alpha = np.maximum(1.0, alpha)
        cap = x0 * (1.0 - loss) * alpha
        xo = np.minimum(D[:n], cap)
        if pooled:
            need = model.psi * np.where(finite, s, 0.0)[:, None] * xo * AC
            ratio = np.where(counted & (need > 0), Om / np.where(need > 0, need, 1.0), np.inf)
        else:
            need = model.psi * np.where(finite, s, 0.0)[P][:, None] * xo * A
            each = np.where(counted[P] & (need > 0), Om / np.where(need > 0, need, 1.0), np.inf)
            ratio = np.array([each[p == P].min(axis=0) for p in range(S)])
        x = xo * np.minimum(1.0, ratio.min(axis=0))
        bound = (ratio.min(axis=0) < 1.0 - 1e-9) & (short_step < 0) & (xo > 0)
        short_step[bound] = t
        for f in np.flatnonzero(bound):
            least = ratio[:, f].min()
            alike[f] = {tab.sectors[p] for p in np.flatnonzero(ratio[:, f] <= least * (1 + 1e-9))}
        made = np.concatenate([x, D[n:]])
        if model.rationing == "proportional":
            rho = rho_f = rho_r = np.divide(made, D, out=np.zeros(rows), where=D > 0)
        else:
            left_over, parts = made.copy(), []
            for d in (orders.sum(axis=1), Y, reb):
                part = np.divide(left_over, d, out=np.zeros(rows), where=d > 0).clip(0.0, 1.0)
                parts.append(part)
                left_over = left_over - part * d
            rho, rho_f, rho_r = parts
        got = rho[:, None] * orders
        Om = Om + (by_product(got, P, S) - x * AC if pooled else got - x * A)
        held = finite & (s > 0)
        assert Om[held if pooled else held[P]].min(initial=0.0) > -1e-6, f"stock below 0 at {t}"
        unmet = (1.0 - rho_f)[:, None] * asked + nowhere
        out["x"].append(x)
        out["unmet"].append(by_product(unmet, P, S))
        out["unmet_row"].append(unmet.sum(axis=1))
        out["alpha"].append(alpha)
        out["cap"].append(cap)
        out["reb"].append(reb[:n])
        rest = reb * (1.0 - rho_r)
        for k, tau_reb in active:
            rebuilt[k] = rebuilt[k] * (1.0 - rho_r / tau_reb)[:, None]
        xo = np.minimum(orders.sum(axis=1)[:n] + Y[:n] + rest[:n], cap)
        shut, shut_f, want = at(t + 1)
        if model.orders == "alt":
            q[:n] = np.divide(cap, x0, out=np.ones(n), where=x0 > 0)
        if pooled:
            gap = (
                np.maximum(0.0, np.where(finite, s, 0.0)[:, None] * xo * AC - Om) * finite[:, None]
            )
            orders = shared_out(gap / tau[:, None] + x * AC, Z * q[:, None] * ~shut, P)
        else:
            gap = np.maximum(0.0, np.where(finite, s, 0.0)[P][:, None] * xo * A - Om)
            orders = (gap * finite[P][:, None] / tau[P][:, None] + x * A) * ~shut
    return tab, {k: np.array(v) for k, v in out.items()} | {
        "short_step": short_step, "alike": alike, "stock_days": s * w,
    }  # fmt: skip


def _axis(system, tab):
    """Return the axis of products: sectors of home nodes, then those only from abroad."""
    axis = system.flows.nodes.sectors
    assert len(axis.codes) == len(tab.sectors), "products only from abroad: give stock days"
    return axis


def losses(tab, run, first_day):
    """Return a row for all, each region, sector and node: every number of the table of losses."""
    w, x, n = tab.step, run["x"], tab.n
    regions = list(dict.fromkeys(r for r, _ in tab.home))
    users, sectors = np.array(tab.users)[None, :], np.array(tab.sectors)[:, None]
    groups = [("all", "", "", range(n), np.ones((1, 1), bool))]
    groups += [
        ("region", r, "", [g for g in range(n) if tab.home[g][0] == r], users == r) for r in regions
    ]
    groups += [
        ("sector", "", s, [g for g in range(n) if tab.home[g][1] == s], sectors == s)
        for s in tab.sectors
    ]
    groups += [
        ("node", r, s, [g], (users == r) & (sectors == s)) for g, (r, s) in enumerate(tab.home)
    ]
    final = by_product(tab.F, tab.product, len(tab.sectors))
    rate = np.divide(tab.VA, tab.x0 * 365.0 / w, out=np.zeros(n), where=tab.x0 > 0)
    answer = {}
    for level, r, s, of, used in groups:
        nodes = list(of)
        rest, series = tab.x0[nodes].sum(), x[:, nodes].sum(axis=1)
        use = used & np.ones((len(tab.sectors), len(tab.users)), bool)
        steps = len(x)
        lost = (rest - series).sum()
        value = ((tab.x0 - x)[:, nodes] * rate[nodes]).sum()
        value_rest = (tab.x0 * rate)[nodes].sum() * steps
        unmet, wanted = run["unmet"][:, use].sum(), final[use].sum() * steps
        share = series / rest if rest > 0 else np.full(steps, np.nan)
        below = np.flatnonzero(share < 0.95)
        if not len(below):
            recovery = 0.0 if rest > 0 else np.nan
        else:
            recovery = np.nan if below[-1] == steps - 1 else (below[-1] + 1) * w - first_day
        answer[level, r, s] = {
            "output_lost": lost,
            "output_lost_share": lost / (rest * steps) if rest > 0 else np.nan,
            "output_lost_days": lost / (rest / w) if rest > 0 else np.nan,
            "value_added_lost": value,
            "value_added_lost_share": value / value_rest if value_rest > 0 else np.nan,
            "unmet_final": unmet,
            "unmet_final_share": unmet / wanted if wanted > 0 else np.nan,
            "unmet_of_suppliers": run["unmet_row"][:, nodes].sum(),
            "lowest_share": share.min(),
            "lowest_day": float((share <= share.min() + 1e-12).argmax() * w)
            if rest > 0
            else np.nan,
            "recovery_days": recovery,
            "triangle_days": np.maximum(0.0, 1.0 - share).sum() * w if rest > 0 else np.nan,
            "by_day": (share, rest - series, run["unmet"][:, use].sum(axis=1)),
        }
    return answer
