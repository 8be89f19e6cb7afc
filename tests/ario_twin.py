"""ARIO written out plainly: every order between every pair, one number at a time where that helps.

From the equations alone: no kernel, no pooled sums, O laid out, Python floats.
"""

import numpy as np

ROUNDING = 1e-12
"""Scarcity below which it is zero up to the order in which numbers were added."""


def by_product(matrix, product, size):
    """Sum the rows of a matrix by product."""
    sums = np.zeros((size, *matrix.shape[1:]))
    np.add.at(sums, product, matrix)
    return sums


def plain_ario(  # noqa: PLR0912, PLR0915
        economy, blows, *, stock_days, psi=0.8, restoring=60.0, base=1.0, ceiling=1.25,
               response=365.0, documented=False, alternative=True, priority=False,
               cap=np.inf, limiting=None, alike=None):  # fmt: skip
    """Return production, stocks, deliveries and unmet final demand of every step, as a dict.

    Overproduction jumps at a scarcity of exactly zero: there it relaxes, a hair beside it it does
    not (above it in both forms, below it as BoARIO executes it); and where nothing is asked for it
    relaxes, but falls to 1 at once where next to nothing is. Where demand equals output, or
    nothing, up to rounding, two right programs may differ. `alike`, the overproduction (T, n) of
    another program, tells which of these it took; all other steps are this twin's alone.
    """
    days = economy.step_days
    n, r, S = economy.n, economy.r, len(economy.products)
    Z = np.vstack([economy.Z, economy.M if r else np.zeros((0, n))]) * days / 365
    p_of, x0 = economy.row_product, np.array(economy.x0)
    Z = np.where(x0 > 0, Z, 0.0)
    A = np.divide(Z, x0, out=np.zeros_like(Z), where=x0 > 0)
    AC = by_product(A, p_of, S)
    s = np.full(S, stock_days / days) if np.isscalar(stock_days) else np.array(stock_days) / days
    finite = np.isfinite(s)
    target = np.where(finite, s, 0.0)[:, None]
    counts = (AC > 2.7e-8) & finite[:, None]
    if limiting is not None:
        counts &= limiting
    tau, tau_a = restoring / days, response / days
    Y = np.array(economy.final)
    K = np.array(economy.K)

    def openness(t):
        open_z, open_y = np.ones_like(Z), np.ones_like(Y)
        for cut in blows.cuts:
            size = cut.share * cut.course[min(t, blows.steps - 1)]
            for g in cut.sellers:
                open_z[g, cut.buyers] = np.minimum(open_z[g, cut.buyers], 1 - size)
                open_y[g, cut.users] = np.minimum(open_y[g, cut.users], 1 - size)
        return open_z, open_y

    def place(orders, q, t):
        """Divide what is ordered of each product over its origins.

        What is cut off of one turns to those that are not cut, or to nobody.
        """
        weight = Z * np.append(q, np.ones(r))[:, None]
        share, open_z = np.zeros_like(Z), openness(t)[0]
        for p in range(S):
            of = np.flatnonzero(p_of == p)
            for f in range(n):
                W = sum(weight[g, f] for g in of)
                D = sum(weight[g, f] * (1 - open_z[g, f]) for g in of)
                U = sum(weight[g, f] for g in of if open_z[g, f] == 1)
                for g in of:
                    if W > 0 and open_z[g, f] < 1:
                        share[g, f] = weight[g, f] * open_z[g, f] / W
                    elif W > 0 and U > 0:
                        share[g, f] = weight[g, f] * (1 + D / U) / W
        return orders[p_of] * share

    def final(t):
        wanted = Y.copy()
        largest = np.zeros_like(Y)
        for drop in blows.demand:
            for g in drop.sellers:
                size = drop.share * drop.course[t]
                largest[g, drop.users] = np.maximum(largest[g, drop.users], size)
        wanted = wanted * (1 - largest)
        open_y = openness(t)[1]
        kept = wanted * open_y
        asked, stuck = kept.copy(), np.zeros_like(Y)
        for p in range(S):
            of = p_of == p
            for u in range(Y.shape[1]):
                shut = wanted[of, u].sum() - kept[of, u].sum()
                uncut = np.where(open_y[of, u] == 1, wanted[of, u], 0.0)
                if uncut.sum() > 0:
                    asked[of, u] += shut * uncut / uncut.sum()
                else:
                    stuck[of, u] = wanted[of, u] - kept[of, u]
        return asked.sum(1), stuck.sum(1)

    rebuilt = []
    for loss in blows.capital:
        if loss.course is None:
            damage = loss.damage * K[loss.nodes]
            block = np.zeros((n + r, n))
            for product, share in zip(loss.rebuilding, loss.rebuilding_shares, strict=True):
                of = np.flatnonzero(p_of == product)
                for f, hit in zip(loss.nodes, damage, strict=True):
                    sold = Z[of, f]
                    if sold.sum() == 0:
                        idle = np.vstack([economy.Z, economy.M] if r else [economy.Z])
                        sold = idle[of].sum(1) * days / 365 + np.array(economy.Y)[of]
                    block[of, f] += hit * loss.factor * share * sold / sold.sum()
            rebuilt.append([loss, block, block.sum()])
    O = place(x0 * AC, np.ones(n), 0)  # noqa: E741
    Om = target * x0 * AC
    alpha, x = np.ones(n), x0.copy()
    told = {k: [] for k in ("x", "Om", "rho", "O", "unmet", "reb", "alpha", "damage", "used")}
    for t in range(blows.steps):
        damage = np.zeros(n)
        for loss in blows.capital:
            if loss.course is not None:
                damage[loss.nodes] += loss.damage * K[loss.nodes] * loss.course[t]
        asked_now = []
        for loss, block, _ in rebuilt:
            if t >= loss.start:
                damage += block.sum(0) / loss.factor
            asked_now.append(block.sum(1) / loss.tau_steps * (t >= loss.rebuild_from))
        lost = np.divide(damage, K, out=np.zeros(n), where=K > 0)
        for loss in blows.capacity:
            lost[loss.nodes] = np.maximum(lost[loss.nodes], loss.share * loss.course[t])
        whole = sum(asked_now, np.zeros(n + r))
        allowed = whole.copy()
        allowed[:n] = np.minimum(whole[:n], cap * x0 if np.isfinite(cap) else np.inf)
        allowed = np.where(whole > 0, allowed, 0)
        y, stuck = final(t)
        D = O[:n].sum(1) + y[:n] + allowed[:n]
        if t > 1:
            for f in range(n):
                zeta = (D[f] - x[f]) / D[f] if D[f] > 0 else 0.0
                if documented:
                    up = (ceiling - alpha[f]) * zeta if zeta > 0 else base - alpha[f]
                else:
                    up = (ceiling - alpha[f]) * zeta + (base - alpha[f]) * (zeta == 0)
                if alike is not None and (abs(zeta) < ROUNDING or D[f] < ROUNDING * x0[f]):
                    # demand of nothing counts as none, or as far less than what was made
                    right = (0.0, base - alpha[f], *([-tau_a] if D[f] < ROUNDING * x0[f] else []))
                    seen = (alike[t, f] - alpha[f]) * tau_a
                    up = min(
                        right, key=lambda u, a=alpha[f], s=seen: abs(max(u, tau_a * (1.0 - a)) - s)
                    )
                alpha[f] = max(1.0, alpha[f] + up / tau_a)
        capacity = x0 * (1 - lost) * alpha
        xo = np.minimum(D, capacity)
        x = xo.copy()
        for f in range(n):
            for p in range(S):
                need = psi * target[p, 0] * xo[f] * AC[p, f]
                if counts[p, f] and need > 0:
                    x[f] = min(x[f], xo[f] * Om[p, f] / need)
        rho = np.ones((3, n + r))
        for g in range(n):
            left = x[g]
            classes = [O[g].sum(), y[g], allowed[g]]
            for k, size in enumerate(classes):
                if priority:
                    rho[k, g] = min(1.0, left / size) if size > 0 else 0.0
                    left -= rho[k, g] * size
                else:
                    rho[k, g] = x[g] / D[g] if D[g] > 0 else 0.0
        received = by_product(rho[0][:, None] * O, p_of, S)
        used = x * AC
        after = Om + received - used
        after = np.where(counts, after, np.maximum(after, 0.0))
        told["used"].append(Om + received - after)
        Om = after
        for name, value in (("x", x), ("Om", Om), ("rho", rho), ("O", O), ("alpha", alpha),
                            ("reb", allowed), ("damage", damage),
                            ("unmet", ((1 - rho[1]) * y + stuck)[:n])):  # fmt: skip
            told[name].append(np.array(value, copy=True))
        scale = np.divide(allowed, whole, out=np.ones(n + r), where=whole > 0)
        for i, (loss, block, start) in enumerate(rebuilt):
            if t >= loss.rebuild_from:
                rebuilt[i][1] = block * (1 - rho[2] * scale / loss.tau_steps)[:, None]
                if rebuilt[i][1].sum() <= 1e-9 * start:
                    rebuilt[i][1] = np.zeros_like(block)
        D = O[:n].sum(1) + y[:n] + (allowed * (1 - rho[2]))[:n]
        xo = np.minimum(D, capacity)
        gap = np.maximum(0.0, target * xo * AC - Om) / tau
        q = np.divide(capacity, x0, out=np.ones(n), where=x0 > 0) if alternative else np.ones(n)
        O = place(gap + x * AC, q, t + 1)  # noqa: E741
    return {name: np.array(rows) for name, rows in told.items()}
