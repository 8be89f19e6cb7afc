"""Choosing among measures: plans by programme or by trying all, break-even costs, robustness."""
