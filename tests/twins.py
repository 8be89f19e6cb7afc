"""Plain numpy twins of the models: slow, dense, written from the equations and not from our code.

A twin takes a `Plain` table, forms every inverse it wants, and loops where looping is clearest.
It shares no line with `chainwright`: what both say is right, or wrong in the same reading of the
equation.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


@dataclass(eq=False)
class Plain:
    """An input-output table as lists and arrays, without any class of ours."""

    region: list
    sector: list
    Z: np.ndarray
    Y: np.ndarray
    user: list
    role: list
    V: np.ndarray | None = None
    origin: list = field(default_factory=list)
    product: list = field(default_factory=list)
    M: np.ndarray | None = None
    MY: np.ndarray | None = None
    composite: frozenset = frozenset()

    def __post_init__(self):
        self.R, self.S, self.U = np.array(self.region), np.array(self.sector), np.array(self.user)
        self.F, self.T = np.array(self.role), np.array(self.origin, dtype=object)
        self.P = np.array(self.product, dtype=object)
        n, m = len(self.region), len(self.user)
        self.national = self.M is not None
        if self.M is None:
            self.M, self.MY = np.zeros((0, n)), np.zeros((0, m))

    @cached_property
    def x(self):
        return np.maximum(self.Z.sum(1) + self.Y.sum(1), 0.0)

    def per(self, values):
        """Return `values` per output, 0 without output."""
        return np.divide(values, self.x, out=np.zeros(np.shape(values)), where=self.x > 0)

    @cached_property
    def A(self):  # noqa: N802
        return self.per(self.Z)

    @cached_property
    def L(self):  # noqa: N802
        return np.linalg.inv(np.eye(len(self.x)) - self.A)

    @cached_property
    def N(self):  # noqa: N802
        """Needs through all tiers, L - I."""
        return self.L - np.eye(len(self.x))

    @cached_property
    def va(self):
        return self.x - self.Z.sum(0) - self.M.sum(0) if self.V is None else self.V.sum(0)

    @cached_property
    def v(self):
        return self.per(self.va)

    @cached_property
    def m(self):
        """Imports per output by row."""
        return self.per(self.M)

    @cached_property
    def regions(self):
        return list(dict.fromkeys(self.region))

    @cached_property
    def sectors(self):
        return list(dict.fromkeys(self.sector))

    def at(self, regions):
        return np.isin(self.R, list(regions))


def plain(system):
    """Return the arrays of a system's flows as a plain table."""
    f = system.flows
    pick = lambda nodes, what: [  # noqa: E731
        getattr(nodes, what + "s").codes[i] for i in getattr(nodes, what)
    ]
    wide = lambda array: np.asarray(array, dtype=float)  # noqa: E731
    more = {}
    if f.imports is not None:
        rows = f.imports.rows
        more = {
            "origin": pick(rows, "region"),
            "product": pick(rows, "sector"),
            "M": wide(f.imports.matrix),
            "MY": wide(f.imports.final),
        }
    return Plain(
        region=pick(f.nodes, "region"),
        sector=pick(f.nodes, "sector"),
        Z=wide(f.matrix),
        Y=wide(f.final),
        user=pick(f.users, "region"),
        role=[f.roles[i] for i in f.users.sector],
        V=wide(f.value_added) if len(f.value_added) else None,
        composite=frozenset(f.composite),
        **more,
    )


def share(part, whole):
    """Return part / whole, NaN where there is no whole."""
    part, whole = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)


# ---------------------------------------------------------------------------------- weak links


def necks(t, home, nation=None, least=0.02):
    """Return {(sector, product): columns} of the weak-link screen for a set of home regions."""
    nation = set(nation or home) | set(home)
    H = t.at(home)
    out = {}
    origins = list(dict.fromkeys([*t.region, *t.origin]))
    for j in dict.fromkeys(t.S[H]):
        J = np.flatnonzero(H & (j == t.S))
        x = t.x[J].sum()
        if x <= 0:
            continue
        given, needed = t.Z[:, J].sum(1), t.N[:, J] @ t.x[J]
        m_given, m_needed = t.M[:, J].sum(1), t.m @ (t.L[:, J] @ t.x[J])
        LJ = np.linalg.solve(t.L[np.ix_(J, J)], t.x[J])
        lost = t.L[:, J] @ LJ
        for p in dict.fromkeys([*t.sector, *t.product]):
            z = {r: given[(r == t.R) & (p == t.S)].sum() for r in origins}
            q = {r: needed[(r == t.R) & (p == t.S)].sum() for r in origins}
            for k in np.flatnonzero(p == t.P):
                z[t.T[k]] = z.get(t.T[k], 0.0) + m_given[k]
                q[t.T[k]] = q.get(t.T[k], 0.0) + m_needed[k]
            total = sum(z.values())
            if total <= 0 or total / x < least:
                continue
            abroad = {r: a for r, a in z.items() if r not in nation and a > 0}
            named = {r: a for r, a in abroad.items() if r and r not in t.composite}
            F, K = sum(abroad.values()), sum(named.values())
            U = F - K if len(named) < len(abroad) else 0.0
            top = max(named, key=named.get) if named else None
            nameless = bool(t.national and not any(t.origin))
            row = {
                "home_share": sum(z[r] for r in home) / total,
                "nation_share": sum(z[r] for r in nation if r not in home and r in z) / total,
                "imported_share": F / total,
                "imported_share_look_through": sum(a for r, a in q.items() if r not in nation)
                / sum(q.values()),
                "supplier_hhi": sum((a / K) ** 2 for a in named.values()) if named else np.nan,
                "hhi_low": sum((a / F) ** 2 for a in named.values()) if F else np.nan,
                "hhi_high": (
                    sum((a / F) ** 2 for a in named.values()) + (U / F) ** 2 if F else np.nan
                ),
                "top_supplier": top,
                "unknown_share": U / F if F else np.nan,
                "exposure_direct": named[top] / total if top else 0.0,
                "exposure_high": max(named[top] if top else 0.0, U) / total,
                "exposure_look_through": q[top] / sum(q.values()) if top else np.nan,
                "cost_share": total / x,
                "output": x,
                "centrality": lost[H].sum(),
                "own_sector": p == j,
                "nameless": nameless,
            }
            out[j, p] = row
    return out


def chains(t, E, home=None, *, cut=0.1, least=0.01, stock=0.0):
    """Return the graded cut of every supplier: rows of the table, then rows of imports.

    E[product][user sector] says whether an input is essential.
    """
    R, P = [*t.region, *t.origin], [*t.sector, *t.product]
    Z = np.vstack([t.Z, t.M])
    n = len(t.x)
    seen = t.at(home) if home is not None else np.ones(n, bool)
    products = list(dict.fromkeys(P))
    number = np.array([products.index(p) for p in P])
    total = np.array([Z[number == k].sum(0) for k in range(len(products))])
    W = share(Z, total[number])
    W[~np.isfinite(W)] = 0.0
    ess = np.array([[E[p][s] for s in t.sector] for p in products], bool)
    out = {}
    for i in range(len(Z)):
        users = seen & (Z[i] >= least * t.x) & (t.x > 0) & (Z[i] > 0)
        if i < n:
            users[i] = False
        hit = users & ess[number[i]]
        lost = np.where(hit, t.x * np.maximum(W[i] * cut - stock, 0.0), 0.0)
        row = {
            "users": users.sum(),
            "essential_users": hit.sum(),
            "users_output": t.x[users].sum(),
            "share_of_input": share((W[i] * t.x)[users].sum(), t.x[users].sum()),
            "shortage_first": lost.sum(),
            "output": t.x[i] if i < n else Z[i].sum() + t.MY[i - n].sum(),
        }
        if i < n:
            row["loss_direct"] = t.x[i] if seen[i] else 0.0
            row["loss_total"] = t.x[i] / t.L[i, i] * t.L[seen, i].sum()
        out[R[i], P[i], i] = row
    return out, W, ess, number, Z


def chain_to_the_end(t, W, ess, number, i, *, seen, cut=0.1, links=None, stock=0.0):
    """Return the output lost when supplier i cuts and losses are handed on until nothing moves."""
    n = len(t.x)
    loss = np.zeros(len(W))
    loss[i] = cut
    V = W if links is None else W * links
    for _ in range(10000):
        missing = np.array(
            [(V[number == k] * loss[number == k, None]).sum(0) for k in range(len(ess))]
        )
        new = np.where(ess, np.maximum(missing - stock, 0.0), 0.0).max(0)
        after = loss.copy()
        after[:n] = np.maximum(after[:n], new)
        if i < n:
            after[i] = cut
        if abs(after - loss).max() < 1e-14:
            break
        loss = after
    own = np.zeros(n, bool)
    if i < n:
        own[i] = True
    return (t.x * loss[:n])[seen & ~own].sum()


# -------------------------------------------------------------------------------- long plates


def outgoing(t, block):
    """Return what each node of the block delivers out of it, n long, 0 outside the block."""
    inside = t.at(block)
    to = ~inside
    away = ~np.isin(t.U, list(block)) | (t.F == "exports")
    return np.where(inside, t.Z[:, to].sum(1) + t.Y[:, away].sum(1), 0.0)


def plates(t, home, nation=None):
    """Return {sector: columns} of revealed advantage and dependence."""
    home = [r for r in t.regions if r in set(home)]
    nation = [r for r in t.regions if r in set(nation or home)]
    blocks = [("home", home)] + [(r, [r]) for r in t.regions if r not in home]
    country = lambda members: nation if members[0] in nation else members  # noqa: E731
    S = t.sectors
    earned, gross, made, added = {}, {}, {}, {}
    by = lambda values: np.array([values[s == t.S].sum() for s in S])  # noqa: E731
    for name, members in blocks:  # a nation is one country: its exports leave all of it
        own = country(members)
        B, C = t.at(members), t.at(own)
        if name == "home" or own is not nation:
            e, h = outgoing(t, own), np.zeros(len(t.x))
            Hc = np.linalg.inv(np.eye(C.sum()) - t.A[np.ix_(C, C)])
            h[C] = Hc @ e[C]
            if own is nation:
                of_nation = e, h
        else:
            e, h = of_nation
        earned[name], gross[name] = by(np.where(B, t.v * h, 0)), by(np.where(B, e, 0))
        made[name], added[name] = by(np.where(B, t.x, 0)), by(np.where(B, t.va, 0))
        if name == "home":
            content = np.zeros(len(t.x))
            content[C] = t.v[C] @ Hc
    rca = lambda e: share(  # noqa: E731
        share(e["home"], e["home"].sum()), share(sum(e.values()), sum(map(np.sum, e.values())))
    )
    named = [b for b, _ in blocks if b != "home" and b not in t.composite and b not in nation]
    weight = np.array([added[b].sum() for b in named])
    weight = weight / weight.sum() if named else weight
    T = {b: t.N[:, t.at([b])] @ t.x[t.at([b])] for b in named}
    Zc = {b: t.Z[:, t.at([b])].sum(1) for b in named}
    e_home = np.where(t.at(home), outgoing(t, nation), 0)
    out = {}
    for k, s in enumerate(S):
        rows = s == t.S
        mine = rows & t.at(home)
        dep = np.array([share(T[b][mine].sum(), T[b][rows].sum()) for b in named])
        first = concentrated = importers = 0
        for b in named:
            z = {q: Zc[b][rows & t.at([q])].sum() for q in t.regions if q not in (*home, b)}
            ours = Zc[b][mine].sum()
            others = [a for q, a in z.items() if q not in t.composite]
            first += ours > 0 and ours > max([*others, 0.0])
            if ours + sum(others) > 0:
                importers += 1
                hhi_named = sum((a / (ours + sum(others))) ** 2 for a in [ours, *others])
                concentrated += hhi_named > 0.4 and ours > max([*others, 0.0])
        out[s] = {
            "revealed_advantage": rca(earned)[k],
            "revealed_advantage_gross": rca(gross)[k],
            "world_share_exports": share(earned["home"], sum(earned.values()))[k],
            "world_share_value_added": share(added["home"], sum(added.values()))[k],
            "world_share_output": share(made["home"], sum(made.values()))[k],
            "world_rank": 1
            + sum(earned[b][k] > earned["home"][k] for b in earned if b not in t.composite),
            "leverage": (weight * np.nan_to_num(dep)).sum() / weight[np.isfinite(dep)].sum()
            if np.isfinite(dep).any()
            else np.nan,
            "top_dependent": named[int(np.nanargmax(dep))] if np.nansum(dep) > 0 else None,
            "top_dependence": np.nanmax(dep) if np.nansum(dep) > 0 else np.nan,
            "first_supplier_of": first,
            "irreplaceable_share": concentrated / importers if importers else np.nan,
            "domestic_value_added_share": share((content * e_home)[mine].sum(), e_home[mine].sum()),
            "export_share": share(gross["home"], made["home"])[k],
            "output": made["home"][k],
            "exports": gross["home"][k],
            "value_added_exported": earned["home"][k],
        }
    return out


def mutual(t, home, partner, sectors=None, *, direct=False):
    """Return home's share in partner's needs and partner's in home's, weighted by output."""

    def rests(user, supplier):
        J = t.at(user) & (np.isin(t.S, list(sectors)) if sectors is not None else True)
        need = (t.A if direct else t.N)[:, J] @ t.x[J]
        return need[t.at(supplier)].sum() / need.sum()

    return rests(partner, home), rests(home, partner)


# ------------------------------------------------------------------------------------ accounts


def multipliers(t):
    """Return the columns of node_accounts."""
    same = t.R[:, None] == t.R[None, :]
    return {
        "output": t.x,
        "intermediate_sales": t.Z.sum(1),
        "final_demand": t.Y.sum(1),
        "own_inputs": (t.Z * same).sum(0),
        "other_inputs": (t.Z * ~same).sum(0),
        "imported_inputs": t.M.sum(0),
        "value_added": t.va,
        "output_multiplier": t.L.sum(0),
        "output_multiplier_own": (t.L * same).sum(0),
        "value_added_multiplier": t.v @ t.L,
        "value_added_multiplier_own": (t.v[:, None] * t.L * same).sum(0),
        "import_multiplier": t.m.sum(0) @ t.L if t.national else np.full(len(t.x), np.nan),
        "upstreamness": share(t.L @ t.x, t.x),
    }


def stages(t):
    stocks = t.Y[:, t.F == "inventories"].sum(1)
    rest = t.x - stocks
    scale = np.where((rest > 0) & (t.x > 0), t.x / np.where(rest > 0, rest, 1), 1.0)
    Zc = scale[:, None] * t.Z
    Ac, eye = t.per(Zc), np.eye(len(t.x))
    Lc = np.linalg.inv(eye - Ac)
    empty = t.x <= 0
    y = t.Y.sum(1)
    out = {
        "inventories": stocks,
        "upstreamness_corrected": share(Lc @ t.x, t.x),
        "downstreamness_corrected": Lc.sum(0),
        "final_use_share_corrected": share(y - stocks, rest),
        "value_added_share_corrected": share(t.x - Zc.sum(0) - t.M.sum(0), t.x),
        "upstreamness": share(t.L @ t.x, t.x),
        "downstreamness": t.L.sum(0),
        "final_use_share": share(y, t.x),
        "value_added_share": share(t.va, t.x),
    }
    return out, empty, rest <= 0


def looks(t, home=None, nation=None, industry=None):
    """Return the reliance of every node: of each on what lies outside its region or home."""
    n = len(t.x)
    if home is None:
        foreign = t.R[:, None] != t.R[None, :]
        used_abroad = t.U[None, :] != t.R[:, None]
        rest = np.zeros((n, n), bool)
    else:
        outside = ~t.at(set(nation or home) | set(home))
        foreign = np.repeat(outside[:, None], n, 1)
        used_abroad = np.repeat(~np.isin(t.U, list(set(nation or home) | set(home)))[None, :], n, 0)
        rest = np.repeat((~outside & ~t.at(home))[:, None], n, 1)
    used_abroad = used_abroad | (t.F == "exports")[None, :]
    face = share((t.A * foreign).sum(0) + t.m.sum(0), t.A.sum(0) + t.m.sum(0))
    if t.national:  # by value: m L where it crosses the border, v (L - I) of suppliers inside
        content = t.m.sum(0) @ t.L
        outside_va = (t.v[:, None] * t.N * foreign).sum(0)
        look = share(content + outside_va, t.v @ t.N + content)
        fva = content + outside_va
    else:
        look = share((t.N * foreign).sum(0), t.N.sum(0))
        fva = (t.v[:, None] * t.L * foreign).sum(0)
    B = share(t.Z, t.x[:, None])
    G = share(t.L * t.x[None, :], t.x[:, None]) - np.eye(n)
    out = {
        "foreign_input_face": face,
        "foreign_input_look_through": look,
        "hidden": look - face,
        "foreign_value_added": fva,
        "final_use_abroad": share(((t.L @ t.Y) * used_abroad).sum(1), t.x),
        "foreign_market_face": share((B * foreign.T).sum(1), B.sum(1)),
        "foreign_market_look_through": share((G * foreign.T).sum(1), G.sum(1)),
        "nation_input_face": share((t.A * rest).sum(0), t.A.sum(0) + t.m.sum(0)),
        "nation_input_look_through": (
            share((t.v[:, None] * t.N * rest).sum(0), t.v @ t.N + t.m.sum(0) @ t.L)
            if t.national
            else share((t.N * rest).sum(0), t.N.sum(0))
        ),
    }
    if industry is not None:
        made = np.isin(t.S, list(industry))[:, None]
        Im = t.m[np.isin(t.P, list(industry))].sum(0)
        out["industrial_input_face"] = share(
            (t.A * foreign * made).sum(0) + Im, (t.A * made).sum(0) + Im
        )
        out["industrial_input_look_through"] = share(
            (t.N * foreign * made).sum(0), (t.N * made).sum(0)
        )
    return out


def value_added_trade(t):
    out = {}
    X = t.L @ t.Y
    e = {q: outgoing(t, [q]) for q in t.regions}
    for r in t.regions:
        B = t.at([r])
        H = np.linalg.inv(np.eye(B.sum()) - t.A[np.ix_(B, B)])
        E = e[r].sum()
        dva = t.v[B] @ H @ e[r][B]
        vax = (t.v[B] @ X[B])[(r != t.U)].sum()
        others = sum(e[s] for s in t.regions if s != r) if len(t.regions) > 1 else 0 * t.x
        again = t.v[B] @ t.L[B] @ others
        out[r] = {
            "exports": E,
            "domestic_value_added": dva,
            "domestic_share": share(dva, E),
            "foreign_share": 1 - share(dva, E),
            "value_added_exports": vax,
            "value_added_export_ratio": share(vax, E),
            "returned": dva - vax,
            "reexported": again,
            "reexported_share": share(again, E),
        }
    return out


def nine_terms(t):
    """Return the nine terms of Koopman, Wang and Wei for every region."""
    regs, out = t.regions, {}
    idx = {r: np.flatnonzero(r == t.R) for r in regs}
    Yt = {(r, c): t.Y[idx[r]][:, c == t.U].sum(1) for r in regs for c in regs}
    H = {r: np.linalg.inv(np.eye(len(i)) - t.A[np.ix_(i, i)]) for r, i in idx.items()}
    e = {r: outgoing(t, [r])[idx[r]] for r in regs}
    for q in regs:
        vq, o = t.v[idx[q]], [r for r in regs if r != q]
        Lb = lambda a, b: t.L[np.ix_(idx[a], idx[b])]  # noqa: E731
        Ab = lambda a, b: t.A[np.ix_(idx[a], idx[b])]  # noqa: E731
        fv = sum(t.v[idx[s]] @ Lb(s, q) for s in o)
        Yq = sum(Yt[q, r] for r in o)
        out[q] = {
            "exports": e[q].sum(),
            "domestic_in_final": vq @ Lb(q, q) @ Yq,
            "domestic_in_intermediate": sum(vq @ Lb(q, r) @ Yt[r, r] for r in o),
            "domestic_reexported": sum(vq @ Lb(q, r) @ Yt[r, s] for r in o for s in o if s != r),
            "returned_in_final": sum(vq @ Lb(q, r) @ Yt[r, q] for r in o),
            "returned_in_intermediate": sum(vq @ Lb(q, r) @ Ab(r, q) @ H[q] @ Yt[q, q] for r in o),
            "domestic_double_counted": sum(vq @ Lb(q, r) @ Ab(r, q) @ H[q] @ e[q] for r in o),
            "foreign_in_final": fv @ Yq,
            "foreign_in_intermediate": sum(fv @ Ab(q, r) @ H[r] @ Yt[r, r] for r in o),
            "foreign_double_counted": sum(fv @ Ab(q, r) @ H[r] @ e[r] for r in o),
        }
        out[q]["residual"] = out[q]["exports"] - sum(a for k, a in out[q].items() if k != "exports")
    return out


def footprints(t, s=None):
    """Return {(producer region, consumer region): amount} of s per output."""
    s = t.v if s is None else s
    X = s[:, None] * (t.L @ t.Y)
    who = np.where(t.F == "exports", "abroad", t.U)
    return {(r, c): X[r == t.R][:, who == c].sum() for r in t.regions for c in dict.fromkeys(who)}


def without(t, gone):
    """Return outputs of the others when the nodes `gone` are taken out, by a fresh solve."""
    stay = ~gone
    x = np.zeros(len(t.x))
    x[stay] = np.linalg.solve(np.eye(stay.sum()) - t.A[np.ix_(stay, stay)], t.Y[stay].sum(1))
    return x


def embargoed(t, suppliers, users, theta=1.0, replaced=None):
    """Return outputs after rows `suppliers` are cut at columns `users`, by a fresh solve."""
    A = t.A.copy()
    for j in suppliers:
        a = np.zeros(len(t.x))
        a[users] = theta * t.A[j, users]
        A[j] -= a
        for i, part in (replaced or {}).get(j, {}).items():
            A[i] += part * a
    return np.linalg.solve(np.eye(len(t.x)) - A, t.x - t.A @ t.x)


def polar(t0, t1, s0, s1):
    """Return the three effects of the change of s L y by node, mean of both polar forms."""
    y0, y1 = t0.Y.sum(1), t1.Y.sum(1)
    ds, dL, dy = s1 - s0, t1.L - t0.L, y1 - y0
    return {
        "intensity_effect": 0.5 * ds * (t1.L @ y1 + t0.L @ y0),
        "structure_effect": 0.5 * (s0 * (dL @ y1) + s1 * (dL @ y0)),
        "demand_effect": 0.5 * (s0 * (t0.L @ dy) + s1 * (t1.L @ dy)),
    }


def indicators(t, home, nation=None, E=None):
    """Return {sector: columns} of assessment_sectors; E[product][sector]: is it essential."""
    nation = set(nation or home) | set(home)
    H, whole = t.at(home), necks(t, home, nation, least=0.0)
    origins = list(dict.fromkeys([*t.region, *t.origin]))
    named = [r for r in origins if r and r not in t.composite and r not in nation]
    away = ~t.at(nation)
    out = {}
    for j in dict.fromkeys(t.S[H]):
        J = np.flatnonzero(H & (j == t.S))
        x = t.x[J].sum()
        if x <= 0:
            continue
        given, m_given = np.maximum(t.Z[:, J].sum(1), 0.0), np.maximum(t.M[:, J].sum(1), 0.0)
        total, foreign = given.sum() + m_given.sum(), given[away].sum() + m_given.sum()
        tier = t.N[:, J] @ t.x[J]
        m_tier = t.m @ (t.L[:, J] @ t.x[J])
        by_value = t.v * tier if t.national else tier
        needed, far = by_value.sum() + m_tier.sum(), by_value[away].sum() + m_tier.sum()
        of = lambda r, g, m: g[r == t.R].sum() + m[r == t.T].sum()  # noqa: E731
        z = {r: of(r, given, m_given) for r in named}
        top = max(z, key=z.get) if z and max(z.values()) > 0 else None
        mine = {p: row for (s, p), row in whole.items() if s == j}
        K = {p: row["cost_share"] * x * row["imported_share"] * (1 - row["unknown_share"])
             for p, row in mine.items() if row["top_supplier"]}  # fmt: skip
        unknown = 1 - sum(z.values()) / foreign if foreign > 0 else np.nan
        risks = [
            row["exposure_direct"]
            for p, row in mine.items()
            if E and E[p][j] and row["cost_share"] >= 0.02 and row["top_supplier"]
        ]
        out[j] = {
            "imported_share": share(foreign, total),
            "foreign_reliance": share(far, needed),
            "hidden_reliance": share(far, needed) - share(foreign, total),
            "supplier_hhi": share(sum(a * mine[p]["supplier_hhi"] for p, a in K.items()),
                                  sum(K.values())) if K and unknown <= 0.5 else np.nan,
            "exposure_direct": share(z[top], total) if top else np.nan,
            "exposure_look_through": share(of(top, by_value, m_tier), needed) if top else np.nan,
            "output_at_risk": max(risks, default=np.nan),
            "unknown_share": unknown,
            "upstreamness": share((t.L @ t.x)[J].sum(), x),
            "loss_on_extraction": next(iter(mine.values()))["centrality"] / t.x[H].sum()
            if mine
            else np.nan,
            "top_supplier": top,
        }  # fmt: skip
    return out
