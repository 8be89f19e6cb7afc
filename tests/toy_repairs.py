"""The brute-force case of repair: three scenarios, six measures, 64 plans, all figures known."""

import numpy as np

NAMES = ("A2", "Astk", "B2", "Bstk", "L2", "FG")
COST = np.array([30.0, 20.0, 25.0, 15.0, 40.0, 35.0])
PROBABILITY = np.array([0.5, 0.3, 0.2])
WEEKS_OUT = np.array([[10.0, 0.0, 0.0], [8.0, 8.0, 0.0], [0.0, 6.0, 12.0]])
"""Scenario by part A, B, L."""


def scenario_losses(plans):
    """Return what each plan loses in each scenario: net = (O (1 - .5 second) - 4 stock)+."""
    halved = plans[:, [0, 2, 4]][:, None, :]
    stock = np.stack([plans[:, 1], plans[:, 3], np.zeros(len(plans), bool)], axis=1)[:, None, :]
    net = np.maximum(0.0, WEEKS_OUT[None] * (1 - 0.5 * halved) - 4.0 * stock)
    return 100.0 * np.maximum(0.0, net.max(axis=2) - 2.0 * plans[:, 5:6])


def expected_loss(plans):
    """Return the expected loss of each plan."""
    return scenario_losses(plans) @ PROBABILITY
