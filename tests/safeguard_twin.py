"""What is held ready, in plain arrays and loops: ARIO with stocks pooled or by origin, from words.

It reads safeguards and codes itself, lays every order out and knows no kernel. Blows are losses
of capacity and cuts; every origin of a table with the elasticity 0 is alone but for second sources.
"""

from math import ceil

import numpy as np

ROUNDING = 1e-12
CUTOFF = 2.7e-8


def named_nodes(economy, word):
    """Return the nodes that a word names: a node, a region or a sector."""
    codes = economy.flows.nodes.codes
    if word in codes:
        return [codes.index(word)]
    return [i for i, code in enumerate(codes) if word in code.split(":")]


def first_blow(blows):
    """Return the first step in which anything holds, or none."""
    for t in range(blows.steps):
        for loss in blows.capacity:
            if (loss.share * loss.course[t] > 0).any():
                return t
        for cut in blows.cuts:
            if cut.share * cut.course[t] > 0:
                return t
    return None


class PlainReserve:
    """One stock beside the others."""

    def __init__(self, economy, one, word, Z, start):
        codes = economy.codes
        self.p = economy.products.codes.index(one.product)
        rows = [g for g in range(len(codes)) if economy.row_product[g] == self.p]
        if one.origins:
            regions = [c.split(":")[0] for c in codes]
            rows = [g for g in rows if codes[g] in one.origins or regions[g] in one.origins]
        self.rows = rows
        self.users = [f for f in named_nodes(economy, word) if Z[rows, f].sum() > 0]
        use = sum(Z[g, f] for g in rows for f in self.users)
        self.held = use / economy.step_days * 7 * one.size
        self.left, self.floor, self.start = self.held, self.held * one.hold_back, start


def plain_safeguarded(  # noqa: PLR0915
    economy, blows, safeguards, *, pooled, replaceable=1.0, stock_days=9.0, psi=0.8,
    restoring=60.0, ceiling=1.25, response=365.0, priority=True, alike=None,
):  # fmt: skip
    """Return output, unmet demand, stocks by product and what each reserve has left, as a dict."""
    days, n, r, S = economy.step_days, economy.n, economy.r, economy.S
    N = n + r
    x0 = np.array(economy.x0)
    Z = np.vstack([economy.Z, economy.M if r else np.zeros((0, n))]) * days / 365
    Z = np.where(x0 > 0, Z, 0.0)
    A = np.divide(Z, x0, out=np.zeros_like(Z), where=x0 > 0)
    of = [[g for g in range(N) if economy.row_product[g] == p] for p in range(S)]
    AC = np.array([A[rows].sum(0) for rows in of])
    s = stock_days / days
    tau, tau_a = restoring / days, response / days
    needs = max(psi * s, 1.0)
    Y = np.array(economy.final)
    users_of = economy.flows.users
    region_of_user = [users_of.regions.codes[i] for i in users_of.region]

    first = first_blow(blows)

    def start(one):
        return 10**9 if first is None else first + ceil(one.after_days / days - 1e-9)

    held = sorted((one for one in safeguards if one.size > 0), key=lambda one: one.name)
    reserves = [
        PlainReserve(economy, one, word, Z, start(one))
        for one in held
        if one.kind == "reserve"
        for word in one.users
    ]

    def backup(t):
        more = np.zeros(n)
        for one in held:
            if one.kind in {"backup_capacity", "strengthen"} and t >= start(one):
                for f in {f for word in one.users for f in named_nodes(economy, word)}:
                    more[f] += one.size
        return more

    def second(t):
        phi = np.full((S, n), replaceable if pooled else 0.0)
        of_final = np.full((S, Y.shape[1]), replaceable if pooled else 0.0)
        for one in held:
            if one.kind == "second_source" and t >= start(one):
                p = economy.products.codes.index(one.product)
                for word in one.users:
                    for f in named_nodes(economy, word):
                        phi[p, f] = max(phi[p, f], one.size)
                    for u, region in enumerate(region_of_user):
                        if region == word:
                            of_final[p, u] = max(of_final[p, u], one.size)
        return phi, of_final

    def openness(t):
        open_z, open_y = np.ones((N, n)), np.ones_like(Y)
        for cut in blows.cuts:
            size = cut.share * cut.course[min(t, blows.steps - 1)]
            for g in cut.sellers:
                open_z[g, cut.buyers] = np.minimum(open_z[g, cut.buyers], 1 - size)
                open_y[g, cut.users] = np.minimum(open_y[g, cut.users], 1 - size)
        return open_z, open_y

    def shares(weight, is_open, phi):
        """Return what part of one order each origin of a product gets from one buyer."""
        W = sum(weight)
        if W <= 0:
            return [0.0 for _ in weight]
        D = sum(w * (1 - o) for w, o in zip(weight, is_open, strict=True))
        U = sum(w for w, o in zip(weight, is_open, strict=True) if o == 1)
        found = []
        for w, o in zip(weight, is_open, strict=True):
            turned = phi * D / U if U > 0 else 0.0
            found.append(w * o / W if o < 1 else w * (1 + turned) / W)
        return found

    def final(t):
        open_y, phi = openness(t)[1], second(t)[1]
        asked, stuck = Y.copy(), np.zeros_like(Y)
        for p in range(S):
            for u in range(Y.shape[1]):
                off = {g: Y[g, u] * (1 - open_y[g, u]) for g in of[p]}
                whole = [g for g in of[p] if open_y[g, u] == 1]
                sold = sum(Y[g, u] for g in whole)
                for g in of[p]:
                    asked[g, u] -= off[g]
                    stuck[g, u] += off[g] * (1 - phi[p, u] if sold > 0 else 1)
                for g in whole:
                    if sold > 0:
                        asked[g, u] += phi[p, u] * sum(off.values()) * Y[g, u] / sold
        return asked.sum(1), stuck.sum(1)

    def used(x, phi):
        """Return what each user takes of each origin, and mu, where stocks are by origin."""
        taken, mu = np.zeros((N, n)), np.ones((N, n))
        for p in range(S):
            for f in range(n):
                counts = AC[p, f] > CUTOFF
                mine = [g for g in of[p] if A[g, f] > CUTOFF]
                need = needs if counts and phi[p, f] > 0 else 1.0
                if phi[p, f] > 0 and x[f] > 0 and mine:
                    enough = x[f] * (needs if counts else 1.0)
                    ratio = np.array([Om[g, f] / A[g, f] / enough for g in mine])
                    weight = A[mine, f]
                    if ratio.min() < 1:
                        low, high = 1.0, max(1.0, ratio.max())
                        for _ in range(200):
                            middle = (low + high) / 2
                            short = weight @ np.minimum(ratio, middle) < weight.sum()
                            low, high = (middle, high) if short else (low, middle)
                        mu[of[p], f] = high
                for g in of[p]:
                    taken[g, f] = min(Om[g, f] / need, mu[g, f] * A[g, f] * x[f])
        return taken, mu

    def orders(xo, x, q, t, used_up):
        taken, mu = used_up
        open_z, phi = openness(t)[0], second(t)[0]
        found = np.zeros((N, n))
        for p in range(S):
            for f in range(n):
                weight, is_open = [Z[g, f] * q[g] for g in of[p]], [open_z[g, f] for g in of[p]]
                if pooled:
                    gap = max(0.0, s * xo[f] * AC[p, f] - Om[p, f])
                    wanted = gap / tau + x[f] * AC[p, f]
                    parts = shares(weight, is_open, phi[p, f])
                    # what is cut and may not turn to others: nobody makes up for it meanwhile
                    cut_off = sum(w * (1 - o) for w, o in zip(weight, is_open, strict=True))
                    stuck = (1 - phi[p, f]) * cut_off / sum(weight) if sum(weight) > 0 else 0.0
                    if stuck == 0:
                        forgone[p, f] = 0.0
                    else:
                        forgone[p, f] = min(forgone[p, f], gap)
                        most_asked = xo[f] * AC[p, f] + (gap - forgone[p, f]) / tau
                        wanted = min(wanted, most_asked)
                        forgone[p, f] += wanted * stuck
                    for g, share in zip(of[p], parts, strict=True):
                        found[g, f] = wanted * share
                    continue
                together = max(0.0, s * xo[f] * AC[p, f] - sum(Om[g, f] for g in of[p])) / tau
                together += sum(taken[g, f] for g in of[p])
                for g, share in zip(of[p], shares(weight, is_open, 1.0), strict=True):
                    own = max(0.0, s * xo[f] * A[g, f] - Om[g, f]) / tau + mu[g, f] * A[g, f] * x[f]
                    found[g, f] = (1 - phi[p, f]) * open_z[g, f] * own
                    found[g, f] += phi[p, f] * together * share
        return found

    def most(f, phi):
        """Return what stocks allow a node to make."""
        found = np.inf
        for p in range(S):
            if AC[p, f] <= CUTOFF:
                continue
            if pooled:
                found = min(found, Om[p, f] / (psi * s * AC[p, f]))
                continue
            mine = [Om[g, f] / A[g, f] / needs for g in of[p] if A[g, f] > CUTOFF]
            if phi[p, f] < 1 and mine:
                found = min(found, min(mine) / (1 - phi[p, f]))
            if phi[p, f] > 0:
                found = min(found, sum(Om[g, f] for g in of[p]) / AC[p, f] / needs)
        return found

    def release(t, xo):  # noqa: PLR0912
        """Fill stocks from each reserve in turn; `gaps` are by row, or of all rows of a user."""
        phi = second(t + 1)[0]
        for one in reserves:
            if t < one.start:
                continue
            p, gaps, besides = one.p, {}, {}
            for f in one.users:
                level = needs * xo[f]
                if AC[p, f] <= CUTOFF:
                    continue
                if pooled:
                    besides[f] = max(0.0, level * AC[p, f] - Om[p, f])
                    continue
                for g in one.rows:
                    if A[g, f] > CUTOFF:
                        gaps[g, f] = max(0.0, (1 - phi[p, f]) * level * A[g, f] - Om[g, f])
                if phi[p, f] > 0:
                    there = sum(Om[g, f] for g in of[p])
                    there += sum(gaps.get((g, f), 0.0) for g in one.rows)
                    besides[f] = max(0.0, level * AC[p, f] - there)
            wanted = sum(gaps.values()) + sum(besides.values())
            if wanted <= 0:
                continue
            part = min(1.0, (one.left - one.floor) / wanted)
            one.left -= part * wanted
            for (g, f), gap in gaps.items():
                Om[g, f] += part * gap
            for f, gap in besides.items():
                if pooled:
                    Om[p, f] += part * gap
                else:
                    for g in one.rows:
                        Om[g, f] += part * gap * A[g, f] / A[one.rows, f].sum()

    Om = s * x0 * (AC if pooled else A)
    forgone = np.zeros((S, n))  # by product and user, since a cut began
    alpha, x = np.ones(n), x0.copy()
    asked = orders(x0, x0, np.ones(N), 0, (A * x0, np.ones((N, n))))
    told = {k: [] for k in ("x", "unmet", "left")}
    for t in range(blows.steps):
        lost = np.zeros(n)
        for loss in blows.capacity:
            lost[loss.nodes] = np.maximum(lost[loss.nodes], loss.share * loss.course[t])
        y, stuck = final(t)
        D = asked[:n].sum(1) + y[:n]
        if t > 1:
            for f in range(n):
                zeta = (D[f] - x[f]) / D[f] if D[f] > 0 else 0.0
                up = (ceiling - alpha[f]) * zeta + (1.0 - alpha[f]) * (zeta == 0)
                if alike is not None and abs(zeta) < ROUNDING:
                    told_here = (alike[t, f] - alpha[f]) * tau_a
                    up = min((0.0, 1.0 - alpha[f]), key=lambda u, seen=told_here: abs(u - seen))
                alpha[f] = max(1.0, alpha[f] + up / tau_a)
        b = backup(t)
        capacity = x0 * ((1 - lost) * alpha + b)
        xo = np.minimum(D, capacity)
        phi = second(t)[0]
        x = np.array([min(xo[f], most(f, phi)) for f in range(n)])
        to_orders, to_final = np.ones(N), np.ones(N)
        for g in range(n):
            mine = asked[g].sum()
            if priority:
                to_orders[g] = min(1.0, x[g] / mine) if mine > 0 else 0.0
                to_final[g] = min(1.0, (x[g] - to_orders[g] * mine) / y[g]) if y[g] > 0 else 0.0
            else:
                to_orders[g] = to_final[g] = x[g] / D[g] if D[g] > 0 else 0.0
        received = to_orders[:, None] * asked
        used_up = (None, None) if pooled else used(x, phi)
        if pooled:
            Om = Om + np.array([received[rows].sum(0) for rows in of]) - x * AC
            Om = np.where(AC > CUTOFF, Om, np.maximum(Om, 0.0))
        else:
            Om = Om - used_up[0] + received
        q = np.ones(N)
        q[:n] = np.minimum(alpha, alpha * (1 - lost) + b)
        asked = orders(xo, x, q, t + 1, used_up)
        release(t, xo)
        told["x"].append(x.copy())
        told["unmet"].append(((1 - to_final) * y + stuck)[:n])
        told["left"].append([one.left for one in reserves])
    told = {name: np.array(rows) for name, rows in told.items()}
    told["Om"] = Om if pooled else np.array([Om[rows].sum(0) for rows in of])
    told["held"] = np.array([one.held for one in reserves])
    return told
