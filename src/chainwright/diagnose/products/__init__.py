"""Dependence in products, from trade."""
