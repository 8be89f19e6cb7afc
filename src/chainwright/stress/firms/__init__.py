"""Shocks from firm to firm: cascades, systemic risk, firms with stocks over time."""
