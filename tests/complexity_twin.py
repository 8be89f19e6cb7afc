"""A plain twin of economic complexity: loops and dense matrices, written from the equations.

It shares no line with `chainwright`. It wants a pattern in one part, without empty rows or columns.
"""

import numpy as np


def advantage(x):
    """Balassa's index, cell by cell."""
    total = x.sum()
    return np.array(
        [[(x[c, p] / x[c].sum()) / (x[:, p].sum() / total) for p in range(x.shape[1])]
         for c in range(x.shape[0])]
    )  # fmt: skip


def proximities(M, diagonal):
    """The smaller of two conditional probabilities, pair by pair."""
    P = M.shape[1]
    phi = np.zeros((P, P))
    for p in range(P):
        for q in range(P):
            both = sum(1 for c in range(len(M)) if M[c, p] and M[c, q])
            phi[p, q] = min(both / M[:, p].sum(), both / M[:, q].sum())
        phi[p, p] = diagonal
    return phi


def second_vectors(M):
    """The second right eigenvector of the dense P x P matrix, and the mean of it over places."""
    d, u = M.sum(axis=1), M.sum(axis=0)
    matrix = (M / u).T @ (M / d[:, None])
    values, vectors = np.linalg.eig(matrix)
    k_p = vectors[:, np.argsort(-values.real)[1]].real
    k_c = np.array([k_p[row].mean() for row in M])
    sign = np.sign(np.corrcoef(d, k_c)[0, 1])
    return sign * k_c, sign * k_p


def reflected(M, iterations):
    """Reflections by the formula, in extended precision."""
    d, u = M.sum(axis=1), M.sum(axis=0)
    X = M.astype(np.longdouble)
    k_c, k_p = [d], [u]
    for _ in range(1, iterations):
        k_c, k_p = [*k_c, X @ k_p[-1] / d], [*k_p, X.T @ k_c[-1] / u]
    return k_c[iterations - 2], k_p[iterations - 1]


def fitnesses(M, updates):
    """Tacchella's map, place by place and product by product."""
    F, Q = [1.0] * M.shape[0], [1.0] * M.shape[1]
    for _ in range(updates):
        new_f = [sum(Q[p] for p in np.flatnonzero(row)) for row in M]
        new_q = [1.0 / sum(1.0 / F[c] for c in np.flatnonzero(column)) for column in M.T]
        F, Q = [f / np.mean(new_f) for f in new_f], [q / np.mean(new_q) for q in new_q]
    return np.array(F), np.array(Q)


def complexity_twin(x, convention, method, iterations=20):
    """Everything that complexity gives, by name."""
    R = advantage(x)
    M = R > 1.0 if convention == "stata" else R >= 1.0
    C, P = M.shape
    k_c, k_p = second_vectors(M)
    diagonal = 0.0 if convention == "stata" else 1.0
    phi = proximities(M, diagonal)
    w, cog = np.zeros((C, P)), np.zeros((C, P))
    for c in range(C):
        for p in range(P):
            w[c, p] = sum(phi[q, p] for q in range(P) if M[c, q]) / sum(phi[:, p])
            if not M[c, p]:
                absent = [q for q in range(P) if not M[c, q]]
                cog[c, p] = sum(phi[q, p] * k_p[q] / sum(phi[q]) for q in absent)
    coi = np.array([sum(w[c, p] * k_p[p] for p in range(P) if not M[c, p]) for c in range(C)])

    def panel(values):
        return np.repeat(values, P).std(ddof=1)

    def deviation(values):
        return panel(values) if convention == "stata" else values.std()

    a_c, a_p = (k_c, k_p) if method == "eigen" else reflected(M, iterations)
    if convention == "r":
        if np.corrcoef(reflected(M, iterations)[0].astype(float), a_c.astype(float))[0, 1] < 0:
            a_c, a_p = -a_c, -a_p
        eci = (a_c - a_c.mean()) / a_c.std(ddof=1)
        pci = (a_p - a_p.mean()) / a_p.std(ddof=1)
    else:
        eci, pci = ((k - a_c.mean()) / deviation(a_c) for k in (a_c, a_p))
    F, Q = fitnesses(M, 50 if convention == "stata" else iterations - 1)
    return {
        "rca": R,
        "eci": eci.astype(float),
        "pci": pci.astype(float),
        "fitness": F,
        "complexity_fitness": Q,
        "proximity": phi,
        "density": w,
        "coi": (coi - coi.mean()) / deviation(coi),
        "cog": cog / deviation(k_c),
        "diversity": M.sum(axis=1),
        "ubiquity": M.sum(axis=0),
    }
