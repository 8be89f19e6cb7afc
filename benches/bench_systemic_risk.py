"""Systemic risk of 91,595 firms: exact, pruned, without substitution, against scipy by groups."""

import time

import numpy as np
import pytest
from scipy.sparse import csr_array

from chainwright import System, stress
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.stress.firms.cascade_runs import run_cascades
from chainwright.stress.firms.firm_shocks import Shocks
from measure import measure

FIRMS, LINKS = 91_595, 230_000
SMALL = 3_000, 8_000
PEER, HELD = 40, 500
ALONE = 2_000


@pytest.fixture(scope="module")
def nation(smoke):
    firms, links = SMALL if smoke else (FIRMS, LINKS)
    return System.demo("firms", firms=firms, links=links)


def asked(system, **question):
    """Return the network and the rule of a question, with its kernels loaded."""
    question = CascadeQuestion(**question)
    network, _ = question.network(system)
    for handover in (0.0, np.inf):
        run_cascades(network, Shocks.single(np.arange(2)), question.rule, handover=handover)
    return network, question.rule


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


class ByScipy:
    """The cascade by groups of inputs in plain scipy, one firm at a time."""

    def __init__(self, network):
        n, links = network.firms, len(network.supplier)
        groups = len(network.group_kind)
        into = (network.share, (network.groups_of_links, network.supplier))
        self.into = csr_array(into, shape=(groups, n))
        seller = np.repeat(np.arange(n), np.diff(network.sales_starts))
        self.up = csr_array((network.sales_share, (seller, network.buyer)), shape=(n, n))
        self.holders = np.flatnonzero(np.diff(network.buyer_groups))
        self.starts = network.buyer_groups[self.holders]
        self.net, self.links = network, links

    def risk(self, firm, *, substitute=True):
        net = self.net
        psi = np.zeros(net.firms)
        psi[firm] = 1.0
        h_d, h_u = 1.0 - psi, 1.0 - psi
        change, rounds = np.inf, 0
        while change > 0.01:
            x = 1.0 - h_d
            if substitute:
                held = np.bincount(net.market, net.sales * h_d, minlength=len(net.market_sales))
                held = np.where(held <= 1e-10, 1.0, held)
                x *= np.minimum(1.0, net.sales / held[net.market])
            lost = psi.copy()
            worst = np.maximum.reduceat(self.into @ x, self.starts)
            lost[self.holders] = np.maximum(lost[self.holders], worst)
            new_d = np.maximum(0.0, 1.0 - lost)
            new_u = np.maximum(0.0, 1.0 - np.maximum(psi, self.up @ (1.0 - h_u)))
            change = max(np.abs(new_d - h_d).max(), np.abs(new_u - h_u).max())
            h_d, h_u, rounds = new_d, new_u, rounds + 1
        w = net.weight
        return float((w * (1.0 - np.minimum(h_d, h_u))).sum() / w.sum()), rounds


def test_pruned_risk_of_all_firms_against_scipy_by_groups(nation, figure, smoke):
    network, rule = asked(nation, tolerance=1e-5)
    _, exact_rule = asked(nation)
    n = network.firms
    found, wall, cpu = timed(lambda: run_cascades(network, Shocks.single(np.arange(n)), rule))
    sample = np.random.default_rng(1).permutation(n)[: 20 if smoke else PEER]
    peer = ByScipy(network)
    theirs, _, peer_cpu = timed(lambda: [peer.risk(k) for k in sample])
    held = np.random.default_rng(2).permutation(n)[: 50 if smoke else HELD]
    exact = run_cascades(network, Shocks.single(held), exact_rule)
    off = max(
        np.abs(found.risk[held] - exact.risk).max(),
        np.abs(found.down[held] - exact.down).max(),
        np.abs(found.up[held] - exact.up).max(),
    )
    ours = run_cascades(network, Shocks.single(sample), exact_rule)
    assert found.stopped.all()
    assert (found.risk >= network.weight / network.weight.sum() - 1e-12).all()
    assert ours.risk == pytest.approx([risk for risk, _ in theirs], abs=1e-9)
    assert ours.rounds.tolist() == [rounds for _, rounds in theirs]
    assert off <= 2e-5
    name = f"systemic risk, {FIRMS:,} firms, tolerance 1e-5"
    figure(f"{name}, CPU", cpu, bar=120.0, unit="s")
    figure(f"{name}, elapsed", wall, bar=np.inf, unit="s")
    ratio = (peer_cpu / len(sample)) / (cpu / n)
    figure(f"{name}, CPU of scipy by groups / ours", ratio, bar=10.0, unit="1", least=True)
    figure(f"{name}, largest difference on {HELD} firms x 1e5", off * 1e5, bar=2.0, unit="1")


def test_exact_risk_of_all_firms(nation, figure, smoke):
    network, rule = asked(nation)
    n = network.firms
    chosen = np.arange(n)
    found, wall, cpu = timed(lambda: run_cascades(network, Shocks.single(chosen), rule))
    assert found.stopped.all()
    assert len(found.risk) == n
    assert smoke or found.rounds.max() > 5
    figure(f"systemic risk, {FIRMS:,} firms, exact, CPU", cpu, bar=1000.0, unit="s")
    figure(f"systemic risk, {FIRMS:,} firms, exact, elapsed", wall, bar=np.inf, unit="s")


def test_risk_without_substitution_of_a_sample(nation, figure, smoke):
    network, rule = asked(nation, substitution="none")
    n = network.firms
    chosen = np.random.default_rng(3).permutation(n)[: 100 if smoke else ALONE]
    found, _, cpu = timed(lambda: run_cascades(network, Shocks.single(chosen), rule))
    assert found.stopped.all()
    assert found.risk.max() > 0.01
    all_of_them = cpu / len(chosen) * n
    name = f"systemic risk, {FIRMS:,} firms, no substitution, scaled from {ALONE:,}, CPU"
    figure(name, all_of_them, bar=1500.0, unit="s")


MEMORY = """
import numpy as np
from chainwright import System, stress
system = System.demo("firms", firms={firms}, links={links})
warm = System.demo("firms", firms=200, links=600)
stress.{warm}
with counted():
    found = stress.{ask}
assert len(found.table())
"""


def test_memory_of_the_pruned_risk(figure, smoke):
    firms, links = SMALL if smoke else (FIRMS, LINKS)
    ask = "systemic_risk({}, tolerance=1e-5)"
    cost = measure(
        MEMORY.format(firms=firms, links=links, warm=ask.format("warm"), ask=ask.format("system"))
    )
    assert cost.peak < 2**30
    figure(f"systemic risk, {FIRMS:,} firms, peak memory", cost.peak / 2**20, bar=1024, unit="MiB")


def test_one_shock_among_a_million_firms(figure, smoke):
    firms, links = (10_000, 100_000) if smoke else (1_000_000, 10_000_000)
    system = System.demo("firms", firms=firms, links=links)
    hit = list(system.links.axis.codes[:5])
    small = System.demo("firms", firms=200, links=600)
    stress.cascade(small, list(small.links.axis.codes[:2]))
    first, _, cpu = timed(lambda: stress.cascade(system, hit))
    again, wall, warm = timed(lambda: stress.cascade(system, hit))
    assert first.risk == again.risk
    assert again.risk >= again.network.weight[:5].sum() / again.network.weight.sum() - 1e-12
    name = "one shock, 1,000,000 firms, 10,000,000 links"
    figure(f"{name}, first, CPU", cpu, bar=np.inf, unit="s")
    figure(f"{name}, again, CPU", warm, bar=2.0, unit="s")
    figure(f"{name}, again, elapsed", wall, bar=2.0, unit="s")
