"""Made-up tables on which restarts are worked by hand, and a plain twin of their sums."""

import numpy as np

from ario_economies import economy_of
from chainwright.stress import Blow, Shock

NAMES = "MSPTK"
WORK = (3.0, 2.0, 4.0, 1.0, 2.0)
VALUES = (0.0, 10.0, 6.0, 30.0, 8.0)
NEEDS = (("S", "M"), ("K", "M"), ("T", "S"), ("T", "P"))
"""The case that is worked by hand: 500, next 506, worst 630."""


def code(letter):
    return f"A:{letter}"


def worked_system():
    """Five nodes whose value added a day is VALUES, with a sixth that nothing happens to.

    None buys of another, so that the engine loses what the sum over nodes says.
    """
    pairs = [("A", letter) for letter in (*NAMES, "Z")]
    output = 365.0 * np.array([*VALUES, 100.0])
    return economy_of(np.zeros((6, 6)), output[:, None], pairs)


def worked_shock(**more):
    return Shock((Blow("capacity", nodes=tuple(map(code, NAMES)), share=1.0, days=99, **more),))


WORKED = {
    "capacity": 1,
    "restart_work": {code(n): w for n, w in zip(NAMES, WORK, strict=True)},
    "needs": [(code(j), code(i)) for j, i in NEEDS],
    "in_part": False,
}


def plain_days(order, work, needs, crews):
    """Return the day on which each node runs, worked out crew by crew."""
    free, done = [0.0] * crews, {}
    for j in order:
        crew = min(range(crews), key=lambda c: free[c])
        free[crew] += work[j]
        done[j] = free[crew]
    runs = dict(done)
    for _ in work:
        for user, used in needs:
            runs[user] = max(runs[user], runs[used])
    return runs


def plain_loss(order, work, values, needs, crews=1):
    runs = plain_days(order, work, needs, crews)
    return sum(values[j] * runs[j] for j in runs)
