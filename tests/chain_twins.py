"""Plain twins of the questions about chain maps: dictionaries and loops, from the definitions.

A twin takes the tables of a map as lists of dictionaries (None where a cell is empty) and shares no
line with `chainwright`.
"""

import math
from collections import defaultdict

from trade_twins import capability

BASES = ("production", "capacity", "market", "exports")
EVIDENCE = ("documented", "survey", "trade", "ours")
NEAR = 1e-9
SPAN = 3  # years
WEEKS = 365.25 / 7.0
ROUNDED = 0.005  # by how much rounded shares may come to more than all


def cells(frame):
    """Return the rows of a table as dictionaries, None for an empty cell."""
    return [
        {k: None if v == "" or (isinstance(v, float) and math.isnan(v)) else v for k, v in row}
        for row in (tuple(r.items()) for r in frame.to_dict("records"))
    ]


def middle(bounds):
    return (bounds[0] + bounds[1]) / 2.0


class ChainTwin:
    """What is known of a chain for one home: everything by node, by name."""

    def __init__(
        self,
        chain,
        home,
        *,
        name=None,
        year=None,
        governance=None,
        shut=(),
        limits=None,
        trade=None,
    ):
        self.nodes = {row["node"]: row for row in cells(chain.nodes)}
        self.links = cells(chain.links)
        self.home, self.name = tuple(home), name or home[0]
        self.trade = trade
        self.governance, self.shut = governance or {}, set(shut)
        self.limit = {
            "monopoly": 0.4,
            "exposure": 0.5,
            "hard": 0.6,
            "utilisation": 0.9,
            "long_plate": 0.3,
            "single": 0.5,
        } | (limits or {})
        self.supply = defaultdict(list)
        for row in cells(chain.supply):
            if year is None or row["year"] is None or row["year"] <= year:
                self.supply[row["node"]].append(row | {"evidence": self._firm(row["confidence"])})
        self.forward = self._graph(lambda link: True)
        self.needed = self._graph(lambda link: link["necessity"] == "essential")
        self.maybe = self._graph(lambda link: link["necessity"] != "replaceable")
        self.finals = [n for n, row in self.nodes.items() if row["final"]]
        if not self.finals:
            feeding = {link["from_node"] for link in self.links if not self._recycled(link)}
            self.finals = [n for n in self.nodes if n not in feeding]

    @staticmethod
    def _firm(word):
        return EVIDENCE.index(word) if word in EVIDENCE else EVIDENCE.index("ours")

    @staticmethod
    def _recycled(link):
        return link["route"] is not None and "recycling" in link["route"].split(";")

    def _graph(self, which):
        graph = {node: set() for node in self.nodes}
        for link in self.links:
            if which(link) and not self._recycled(link):
                graph[link["from_node"]].add(link["to_node"])
        return graph

    def after(self, graph, node, without=None):
        """Return all that lies behind a node, itself not counted unless a loop leads back."""
        found, ahead = set(), [node]
        while ahead:
            for other in graph[ahead.pop()]:
                if other not in found and other != without:
                    found.add(other)
                    ahead.append(other)
        return found

    # what stops

    def loss(self, node):
        """Return what stops when a node is lost."""
        goods = [good for good in self.finals if good != node]
        ahead = self.after(self.forward, node)
        stops, may = (self.after(graph, node) - {node} for graph in (self.needed, self.maybe))
        stopped = [good for good in goods if good in stops]
        return {
            "finals": len(goods),
            "finals_fed": sum(good in ahead for good in goods),
            "value_of": sum(good in ahead | {node} for good in self.finals),
            "finals_stopped": len(stopped),
            "finals_stopped_most": sum(good in may for good in goods),
            "nodes_stopped": len(stops),
            "nodes_stopped_most": len(may),
            "dominates": sum(self.dominates(node, good) for good in goods),
            "alternatives": self.nodes[node]["alternatives"],
            "stopped": ";".join(stopped),
        }

    def dominates(self, node, good):
        """Whether no essential way from a resource to the good leaves the node out."""
        fed = set().union(*self.needed.values())
        roots = [n for n in self.nodes if n not in fed]
        if good in roots:
            return False
        return not any(
            good in self.after(self.needed, root, without=node) for root in roots if root != node
        )

    # who supplies

    def shares(self, node):
        """Return {place: (low, high)} of world supply, its basis, year and evidence."""
        rows = [r for r in self.supply[node] if r["share"] is not None and r["basis"] in BASES]
        by_basis = {b: [r for r in rows if r["basis"] == b] for b in BASES}
        whole = [b for b in BASES if any(r["firm"] is None for r in by_basis[b])]
        firms = [b for b in BASES if any(r["place"] != "WLD" for r in by_basis[b])]
        if not whole and not firms:
            sold = self.trade.sold(node) if self.trade else {}
            total = sum(sold.values())
            if not total:
                return {}, "", None, EVIDENCE.index("ours")
            held = {p: (v / total, v / total) for p, v in sold.items()}
            return held, "trade", self.trade.year, EVIDENCE.index("trade")
        basis = (whole or firms)[0]
        used = self._fresh([r for r in by_basis[basis] if r["place"] != "WLD"])
        when = max((r["year"] or 0 for r in used), default=0)
        kept = []
        for some in ([r for r in used if r["firm"] is None], [r for r in used if r["firm"]]):
            each = self._each(some)
            over = sum(min(r["share"] for r in one) for one in each) > 1.0 + ROUNDED
            kept += [r for one in each for r in one if not over or (r["year"] or 0) == when]
        held = self._by_place(kept)
        years = [year for *_, year, _ in held.values() if year]
        weakest = max(evidence for *_, evidence in held.values())
        return {p: row[:2] for p, row in held.items()}, basis, max(years, default=None), weakest

    @staticmethod
    def _fresh(rows):
        """Return the rows that are not too old for their node; one without a year may be new."""
        last = max((r["year"] or 0 for r in rows), default=0)
        return [r for r in rows if not r["year"] or r["year"] >= last - SPAN]

    @staticmethod
    def _newest(rows):
        """Return the newest of some rows, of those the firmest."""
        last = max(r["year"] or 0 for r in rows)
        rows = [r for r in rows if (r["year"] or 0) == last]
        firmest = min(r["evidence"] for r in rows)
        return [r for r in rows if r["evidence"] == firmest]

    @staticmethod
    def _all_newest(rows):
        """Return the newest rows of each place and firm, from all documents."""
        mine = defaultdict(list)
        for row in rows:
            mine[row["place"], row["firm"]].append(row)
        last = {key: max(r["year"] or 0 for r in some) for key, some in mine.items()}
        return [[r for r in some if (r["year"] or 0) == last[k]] for k, some in mine.items()]

    def _each(self, rows):
        """Return the newest rows of each place and firm, of those the firmest."""
        return [self._newest(some) for some in self._all_newest(rows)]

    def _by_place(self, rows):
        """Return {place: (low, high, year, evidence)} from rows of places and of firms."""
        found = {}
        for place in dict.fromkeys(r["place"] for r in rows):
            each = self._each([r for r in rows if r["place"] == place])
            whole = [some for some in each if some[0]["firm"] is None]
            if whole:
                each = whole
                low, high = (f(r["share"] for r in whole[0]) for f in (min, max))
            else:
                low, high = sum(min(r["share"] for r in some) for some in each), None
            found[place] = (
                low,
                high,
                max(r["year"] or 0 for some in each for r in some),
                max(some[0]["evidence"] for some in each),
            )
        return found

    def concentration(self, node):
        """Return home's share and the HHI of the suppliers abroad, with bounds."""
        held, basis, year, evidence = self.shares(node)
        scale = max(1.0, sum(low for low, _ in held.values()))
        share = {place: low / scale for place, (low, _) in held.items()}
        own = [p for p in share if p in self.home or p == self.name]
        abroad = {p: s for p, s in share.items() if p not in own}
        named = sum(share.values())
        rest = max(0.0, 1.0 - named)
        row = {
            "named_share": named,
            "share_basis": basis,
            "share_year": year or math.nan,
            "evidence": evidence,
        }
        said = [p for p in own if held[p][1] is not None]
        settled = self.name in said or set(self.home) <= set(said)
        least = sum(share[p] for p in own)
        most = min(1.0, sum(held[p][0] if held[p][1] is None else held[p][1] for p in own))
        most = most if settled else max(most, least + rest)
        row["home_share_low"], row["home_share_high"] = least, min(1.0, most)
        row["home_share"] = least if said or most - least < NEAR else math.nan
        g = {p: self.governance.get(p, 1.0) for p in abroad}
        squares = sum(s * s * g[p] for p, s in abroad.items())
        outside = 1.0 - least
        if not share or outside <= NEAR:  # nobody abroad
            row |= {"foreign_hhi": math.nan, "foreign_hhi_low": 0.0, "foreign_hhi_high": 1.0}
        else:
            total = sum(abroad.values())
            most = [squares + rest * rest]
            most += [squares - s * s * g[p] + (s + rest) ** 2 * g[p] for p, s in abroad.items()]
            high = [amount / outside**2 for amount in most]
            if not settled:
                high.append(squares / total**2 if total > NEAR else 1.0)
            row |= {
                "foreign_hhi": squares / total**2 if total > NEAR else math.nan,
                "foreign_hhi_low": squares / outside**2,
                "foreign_hhi_high": min(1.0, max(high)),
            }
        row["top_place"], row["top_share"] = self._largest(share)
        row["top_foreign"], row["top_foreign_share"] = self._largest(abroad)
        row["rest"] = rest if share else 1.0
        return row

    @staticmethod
    def _largest(share):
        share = {place: amount for place, amount in share.items() if amount > 0.0}
        if not share:
            return "", math.nan
        top = max(share, key=lambda place: (share[place], place))
        return top, share[top]

    # home

    def home_use(self, node):
        """Return (low, high, said) of the share of its own use that home makes."""
        rows = [r for r in self.supply[node] if r["basis"] == "domestic_use"]
        rows = [r for r in rows if r["share"] is not None]
        whole = [r for r in rows if r["firm"] is None]

        def newest(place):
            return [r["share"] for r in self._newest([r for r in whole if r["place"] == place])]

        told = {r["place"] for r in whole}
        if self.name in told:
            said = newest(self.name)
            return min(said), max(said), True
        if told and set(self.home) <= told:
            said = [s for member in self.home for s in newest(member)]
            return min(said), max(said), True
        firms = [r["share"] for r in rows if r["firm"] is not None and r["place"] == self.name]
        return min(1.0, sum(firms)), 1.0, False

    def made(self, node):
        """Return True, False or None: whether home makes a node."""
        rows = [r for r in self.supply[node] if r["place"] in {*self.home, self.name}]
        rows = [r for r in rows if EVIDENCE[r["evidence"]] != "ours"]
        last = {}
        for r in rows:
            key = r["place"], r["basis"]
            last[key] = max(last.get(key, 0), r["year"] or 0)
        rows = [r for r in rows if (r["year"] or 0) == last[r["place"], r["basis"]]]
        for r in rows:
            blank = r["share"] is None and r["capacity"] is None
            if (r["share"] or 0) > 0 or (r["capacity"] or 0) > 0:
                return True
            if blank and r["basis"] != "domestic_use":
                return True
        none = {
            r["place"]
            for r in rows
            if r["share"] == 0 and r["firm"] is None and r["basis"] not in {"market", "exports"}
        }
        return False if self.name in none or set(self.home) <= none else None

    def utilisation(self, node):
        """Return how far capacity is used: at home, else in the world."""
        rows = [r for r in self.supply[node] if r["utilisation"] is not None]
        mine = [r for r in rows if r["place"] in {*self.home, self.name}]
        rows = self._fresh(mine or rows)
        rows = [r for r in rows if r["firm"] is None] or rows
        rows = [r for some in self._all_newest(rows) for r in some]
        if not rows:
            return math.nan
        weights = [r["capacity"] for r in rows]
        if any(w is None for w in weights) or not sum(weights):
            weights = [1.0] * len(rows)
        return sum(w * r["utilisation"] for w, r in zip(weights, rows, strict=True)) / sum(weights)

    # the parts

    def exposure(self, node, found):
        """Return e as (value, low, high, basis)."""
        low, high, said = self.home_use(node)
        if said:
            return 1.0 - middle((low, high)), 1.0 - high, 1.0 - low, "documented"
        if self.made(node) is False:
            return 1.0, 1.0, 1.0, "no maker"
        output = found["share_basis"] in {"production", "capacity"}
        if output and not math.isnan(found["home_share"]):
            return min(1.0 - found["home_share"], 1.0 - low), 0.0, 1.0 - low, "derived"
        return math.nan, 0.0, 1.0 - low, ""

    def difficulty(self, node):
        """Return T as (value, low, high)."""
        row = self.nodes[node]
        density = self.trade.density(node) if self.trade else None
        parts = [
            None if density is None else 1.0 - density,
            None if row["replace_weeks"] is None else min(1.0, row["replace_weeks"] / WEEKS / 5.0),
            None if row["alternatives"] is None else 1.0 / (1.0 + row["alternatives"]),
        ]
        known = [part for part in parts if part is not None]
        if not known:
            return math.nan, 0.0, 1.0
        return max(known), max(known), max(known) if len(known) == len(parts) else 1.0

    def values(self):
        """Return V as {node: (value, low, high)}."""
        world = {n: self.trade.world(n) for n in self.nodes} if self.trade else None
        n = len(self.nodes)
        fed = {node: self.loss(node)["value_of"] for node in self.nodes}
        found = {}
        for node in self.nodes:
            below = sum(f < fed[node] for f in fed.values())
            equals = [other for other in self.nodes if fed[other] == fed[node]]
            if world is None:
                low = high = below + (len(equals) + 1) / 2.0
            else:
                known = [world[e] for e in equals if world[e] is not None]
                if world[node] is None:
                    low, high = below + 1.0, below + len(equals)
                else:
                    less = sum(w < world[node] for w in known)
                    low = below + less + (sum(w == world[node] for w in known) + 1) / 2.0
                    high = low + len(equals) - len(known)
            found[node] = (low + high) / 2.0 / n, low / n, high / n
        return found

    # the verdict

    def closed(self, node):
        """Whether an essential input comes by ways that are all closed."""
        for link in self.links:
            ways = {w.strip() for w in (link["route"] or "").split(";")} - {""}
            needed = link["to_node"] == node and link["necessity"] == "essential"
            if needed and ways and ways <= self.shut:
                return True
        return False

    def table(self):
        """Return {node: every number of the diagnosis}."""
        rows, value = {}, self.values()
        for node, cell in self.nodes.items():
            row = self.concentration(node) | self.loss(node)
            e = self.exposure(node, row)
            gap = cell["gap"] if (cell["gap_place"],) == self.home else None
            if gap is None and self.trade:
                gap = self.trade.gap(node)
            parts = {
                "value": value[node],
                "gap": (math.nan, 0.0, 1.0) if gap is None else (gap, gap, gap),
                "monopoly": tuple(
                    h * x
                    for h, x in zip(
                        (row["foreign_hhi"], row["foreign_hhi_low"], row["foreign_hhi_high"]),
                        e[:3],
                        strict=True,
                    )
                ),
                "hard": self.difficulty(node),
                "exposure": e[:3],
            }
            four = [parts[k] for k in ("value", "gap", "monopoly", "hard")]
            parts["score"] = tuple(math.prod(p[i] for p in four) ** 0.25 for i in range(3))
            for name, (middle_, low, high) in parts.items():
                row |= {name: middle_, f"{name}_low": low, f"{name}_high": high}
            row["exposure_basis"] = e[3]
            density = self.trade.density(node) if self.trade else None
            row["density"] = math.nan if density is None else density
            row["utilisation"] = self.utilisation(node)
            rows[node] = row | self.verdict(node, row)
        middles = {n: middle((r["score_low"], r["score_high"])) for n, r in rows.items()}
        order = sorted(rows, key=lambda n: -round(middles[n], 12))
        for node, row in rows.items():
            row["rank"] = order.index(node) + 1
            above = [r for r in rows.values() if r["score_low"] > row["score_high"] + NEAR]
            below = [r for r in rows.values() if r["score_high"] < row["score_low"] - NEAR]
            row["rank_first"], row["rank_last"] = 1 + len(above), len(rows) - len(below)
        return rows

    def verdict(self, node, row):
        """Return what is proven of a node: True, False or None."""
        limit = self.limit
        parts = ("monopoly", "exposure", "hard")
        stuck = (
            True
            if all(row[f"{p}_low"] >= limit[p] - NEAR for p in parts)
            else False
            if any(row[f"{p}_high"] < limit[p] - NEAR for p in parts)
            else None
        )
        made = self.made(node)
        broken = None if made is None else not made
        used = row["utilisation"]
        blocked = self.closed(node) or (
            None if math.isnan(used) else used >= limit["utilisation"] - NEAR
        )
        least, most = row["home_share_low"], row["home_share_high"]
        abroad = 0.0 if math.isnan(row["top_foreign_share"]) else row["top_foreign_share"]
        if least >= limit["long_plate"] - NEAR and least > abroad + row["rest"] + NEAR:
            plate = True
        elif most < limit["long_plate"] - NEAR or abroad >= most - NEAR:
            plate = False
        else:
            plate = None
        top = 0.0 if math.isnan(row["top_share"]) else row["top_share"]
        spared = row["finals_stopped_most"] < row["finals"] or not row["finals"]
        if spared or top + row["rest"] < limit["single"] - NEAR:
            single = False
        elif row["finals_stopped"] == row["finals"] and top >= limit["single"] - NEAR:
            single = True
        else:
            single = None
        status = (
            "stuck" if stuck
            else "broken" if broken
            else "blocked" if blocked
            else "long plate" if plate
            else "fine" if stuck is False and broken is False
            else "unknown"
        )  # fmt: skip
        return {
            "stuck": stuck,
            "broken": broken,
            "blocked": blocked,
            "long_plate": plate,
            "single_point": single,
            "status": status,
            "watch": status == "unknown"
            and stuck is None
            and row["foreign_hhi_low"] >= limit["monopoly"] - NEAR,
        }

    def completeness(self):
        """Return {(scope, word): counts and shares} of what home makes."""
        groups = {("all", ""): list(self.nodes)}
        for scope in ("kind", "stage"):
            for node, row in self.nodes.items():
                groups.setdefault((scope, row[scope]), []).append(node)
        found = {}
        for key, nodes in groups.items():
            made = [self.made(node) for node in nodes]
            yes, no, n = made.count(True), made.count(False), len(made)
            found[key] = {
                "nodes": n,
                "made": yes,
                "not_made": no,
                "unknown": n - yes - no,
                "completeness": yes / (yes + no) if yes + no else math.nan,
                "completeness_low": yes / n,
                "completeness_high": (n - no) / n,
                "unknown_share": (n - yes - no) / n,
            }
        return found


class TradeTwin:
    """What one year of trade says of the nodes of a chain, home as one place."""

    def __init__(self, chain, flows, home, *, name=None, year=None, least=100):
        self.name, self.year = name or home[0], year
        one = dict.fromkeys(home, self.name)
        moved = [(one.get(e, e), one.get(i, i), *rest) for e, i, *rest in flows]
        self.flows = [flow for flow in moved if flow[0] != flow[1]]
        traded = {flow[2] for flow in self.flows}
        self.codes = {
            row["node"]: [c.strip() for c in (row["hs"] or "").split(";") if c.strip() in traded]
            for row in cells(chain.nodes)
        }
        products = {flow[2] for flow in flows}
        self.near = capability(flows, set(home)) if len(products) >= least else {}

    def _of(self, node):
        return [flow for flow in self.flows if flow[2] in self.codes[node]]

    def sold(self, node):
        """Return the exports of each place in the node's codes; home's of 0, too."""
        found = {self.name: 0.0} if self.codes[node] else {}
        for exporter, _, _, value, _ in self._of(node):
            found[exporter] = found.get(exporter, 0.0) + value
        return {p: v for p, v in found.items() if v > 0.0 or p == self.name}

    def world(self, node):
        return sum(self.sold(node).values()) or None

    def gap(self, node):
        """Return one less the ratio of home's export to its import unit value, None if unknown."""
        prices = []
        for side in (0, 1):
            known = [f for f in self._of(node) if f[side] == self.name and not math.isnan(f[4])]
            quantity = sum(f[4] for f in known)
            if not quantity:
                return None
            prices.append(sum(f[3] for f in known) / quantity)
        return min(1.0, max(0.0, 1.0 - prices[0] / prices[1]))

    def density(self, node):
        """Return the mean density of home around the node's products, None if unknown."""
        known = [self.near[c][1] for c in self.codes[node] if c in self.near]
        known = [w for w in known if not math.isnan(w)]
        return sum(known) / len(known) if known else None
