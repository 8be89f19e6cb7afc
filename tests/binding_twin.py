"""Plain twin of the partially binding Leontief model: loops over sectors, one region."""

import math

import numpy as np


def input_limit(kind, stocks, shares, scores, x0, *, user):
    """Return the output that stocks of inputs allow one user."""
    used = [j for j in range(len(x0)) if shares[j][user] > 0.0]
    if kind == "linear":
        all_shares = sum(shares[j][user] for j in used)
        return sum(stocks[j][user] for j in used) / all_shares if used else math.inf
    limits = []
    for j in used:
        allowed = stocks[j][user] / shares[j][user]
        critical, important = scores[j][user] == 1.0, scores[j][user] == 0.5
        if kind == "leontief" or critical or (kind == "strong" and important):
            limits.append(allowed)
        elif kind == "half" and important:
            limits.append((allowed + x0[user]) / 2.0)
    return min(limits, default=math.inf)


def binding_twin(
    economy, stock_days, scores, kind, labour_lost, *,
    tau=5.0, hiring=1 / 30, firing=2 / 30, autonomous=0.8, quarterly=0.6, expected=1.0,
    fear=None, other_lost=None, orders_first=False,
):  # fmt: skip
    """Return output by day, shape (T, N), of the model as it is written down.

    `economy` is deliveries, output, labour, consumption, and other final demand.
    """
    flows, x0, labour, consumption, other = economy
    n, days = len(x0), len(labour_lost)
    z0 = [[float(flows[j][i]) for i in range(n)] for j in range(n)]
    shares = [[z0[j][i] / x0[i] if x0[i] else 0.0 for i in range(n)] for j in range(n)]
    stocks = [[stock_days[i] * z0[j][i] for i in range(n)] for j in range(n)]
    x, d, lab = list(x0), list(x0), list(labour)
    cap, total_labour = list(x0), sum(labour)
    spent = start_spent = sum(consumption)
    theta = [c / start_spent for c in consumption]
    inputs = [input_limit(kind, stocks, shares, scores, x0, user=i) for i in range(n)]
    rho = 1.0 - (1.0 - quarterly) / 90.0
    made = []
    for t in range(days):
        for i in range(n):
            if x0[i] == 0.0:
                continue
            change = labour[i] / x0[i] * (min(inputs[i], d[i]) - cap[i])
            pace = hiring if change >= 0.0 else firing
            lab[i] = min(labour[i] * (1.0 - labour_lost[t][i]), lab[i] + pace * change)
            cap[i] = lab[i] / labour[i] * x0[i] if labour[i] else x0[i]
        now = autonomous * total_labour + (1.0 - autonomous) * sum(lab)
        later = total_labour * expected
        m = start_spent / total_labour
        spent = math.exp(
            rho * math.log(spent)
            + (1.0 - rho) / 2.0 * math.log(m * now)
            + (1.0 - rho) / 2.0 * math.log(m * later)
        )
        c = [theta[i] * spent * (1.0 - (fear[t][i] if fear is not None else 0.0)) for i in range(n)]
        f = [other[i] - (other_lost[t][i] if other_lost is not None else 0.0) for i in range(n)]
        orders = [
            [
                max(0.0, shares[j][i] * d[i] + (stock_days[i] * z0[j][i] - stocks[j][i]) / tau)
                for i in range(n)
            ]
            for j in range(n)
        ]
        d = [sum(orders[i]) + c[i] + f[i] for i in range(n)]
        inputs = [input_limit(kind, stocks, shares, scores, x0, user=i) for i in range(n)]
        x = [min(cap[i], inputs[i], d[i]) for i in range(n)]
        for j in range(n):
            first = sum(orders[j])
            if orders_first:
                part = min(1.0, x[j] / first) if first else 0.0
            else:
                part = x[j] / d[j] if d[j] else 0.0
            for i in range(n):
                stocks[j][i] = max(0.0, stocks[j][i] + part * orders[j][i] - shares[j][i] * x[i])
        made.append(list(x))
    return np.array(made)
