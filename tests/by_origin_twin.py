"""ARIO with stocks by origin in plain dense arrays, an order a cell: what kernels must equal."""

import numpy as np


def ces(stock, weight, power):
    """Return the power mean, with its limits."""
    weight = weight / weight.sum()
    if power == 1.0:
        return float(weight @ stock)
    if power == -np.inf:
        return float(stock.min())
    if power <= 0.0 and stock.min() <= 0.0:
        return 0.0
    if power == 0.0:
        return float(np.exp(weight @ np.log(stock)))
    return float((weight @ stock**power) ** (1.0 / power))


def used_over_usual(ratio, weight):
    """Return mu by bisection: the weighted sum of min(L, mu) is that of 1."""
    if ratio.min() >= 1.0:
        return 1.0
    low, high = 1.0, max(1.0, float(ratio.max()))
    for _ in range(200):
        middle = 0.5 * (low + high)
        if weight @ np.minimum(ratio, middle) < weight.sum():
            low = middle
        else:
            high = middle
    return high


def shares_of_order(weight, opened):
    """Return which share of an order of a product each origin (row) gets from each buyer.

    An origin of which a part is cut gets the open part of its usual share; what is cut off is
    divided over the origins that are not cut, or over nobody.
    """
    found = np.zeros_like(weight)
    for f in range(weight.shape[1]):
        w, is_open = weight[:, f], opened[:, f]
        if w.sum() > 0.0:
            found[:, f] = w * is_open / w.sum()
            whole = is_open == 1.0
            off, takers = (w * (1.0 - is_open)).sum(), w[whole].sum()
            if takers > 0.0:
                found[whole, f] = w[whole] * (1.0 + off / takers) / w.sum()
    return found


def dense_by_origin(  # noqa: PLR0915 - one day, from top to bottom
    Z, x0, product, stock, lost, *, open_, moving_final, sigma, steps, tau=60.0, psi=0.8,
    ceiling=1.25, tau_a=365.0, cutoff=2.7e-8, abroad=0,
):  # fmt: skip
    """Return output (T, n), stocks (T, N, n), received, used (T, N, n), final delivered (T, N).

    `Z` (N, n) a step, the last `abroad` rows from abroad; `stock` (S,) steps; `lost`
    (T, n) of capacity; `open_` (T + 1, N, n); `moving_final(t)` final demand of each row (N,).
    """
    N, n = Z.shape
    home = np.arange(N) < N - abroad
    A = Z / np.where(x0 > 0.0, x0, np.inf)
    phi = 1.0 if np.isinf(sigma) else sigma / (1.0 + sigma)
    power = 1.0 if np.isinf(sigma) else -np.inf if sigma == 0.0 else (sigma - 1.0) / sigma
    least = 0.0 if np.isinf(sigma) else cutoff
    s = stock[product][:, None]
    Om = s * x0 * A
    groups = [np.flatnonzero(product == p) for p in range(len(stock))]

    def orders(xo, x, *, mu, taken, q, gate):
        wanted = np.zeros((N, n))
        for rows in groups:
            gap = np.maximum(0.0, s[rows] * xo * A[rows] - Om[rows]) / tau
            own = gap + mu[rows] * A[rows] * x
            total = np.maximum(0.0, (s[rows] * xo * A[rows] - Om[rows]).sum(0)) / tau
            total = total + taken[rows].sum(0)
            share = shares_of_order(Z[rows] * q[rows, None], gate[rows])
            wanted[rows] = (1.0 - phi) * gate[rows] * own + phi * total * share
        return wanted

    asked = orders(x0, x0, mu=np.ones((N, n)), taken=A * x0, q=np.ones(N), gate=open_[0])
    alpha, x = np.ones(n), x0.copy()
    out = {name: [] for name in ("made", "stocks", "received", "used", "final", "orders")}
    for t in range(steps):
        final = moving_final(t)
        D = asked.sum(1) + final
        if t > 1:
            zeta = np.divide(D[:n] - x, D[:n], out=np.zeros(n), where=D[:n] > 0.0)
            change = (ceiling - alpha) * zeta + (zeta == 0.0) * (1.0 - alpha)
            alpha = np.maximum(1.0, alpha + change / tau_a)
        cap = x0 * (1.0 - lost[t]) * alpha
        xo = np.minimum(D[:n], cap)
        x = xo.copy()
        mu, taken = np.ones((N, n)), np.zeros((N, n))
        for f in range(n):
            for p, rows in enumerate(groups):
                mine = rows[A[rows, f] > least]
                if len(mine) and A[rows, f].sum() > cutoff:
                    need = max(psi * stock[p], 1.0)
                    x[f] = min(x[f], ces(Om[mine, f] / A[mine, f], A[mine, f], power) / need)
            for p, rows in enumerate(groups):
                mine = rows[A[rows, f] > least]
                limits = len(mine) and A[rows, f].sum() > cutoff
                need = max(psi * stock[p], 1.0) if limits and sigma > 0.0 else 1.0
                if len(mine) and x[f] > 0.0 and sigma > 0.0:
                    ratio = Om[mine, f] / (A[mine, f] * x[f] * need)
                    mu[rows, f] = used_over_usual(ratio, A[mine, f])
                usual = A[rows, f] * x[f]
                taken[rows, f] = np.minimum(Om[rows, f] / need, mu[rows, f] * usual)
        rho = np.ones(N)
        rho[home] = np.divide(x, D[:n], out=np.zeros(n), where=D[:n] > 0.0)
        received = rho[:, None] * asked
        Om = Om - taken + received
        q = np.ones(N)
        q[home] = np.divide(cap, x0, out=np.ones(n), where=x0 > 0.0)
        found = (x, Om, received, taken, rho * final, asked.sum(1))
        for name, value in zip(out, found, strict=True):
            out[name].append(value.copy())
        asked = orders(xo, x, mu=mu, taken=taken, q=q, gate=open_[t + 1])
    return {name: np.array(values) for name, values in out.items()}
