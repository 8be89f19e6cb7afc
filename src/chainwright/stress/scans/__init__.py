"""Failures in turn: every node, link and pair, and the worst set of nodes."""
