"""Emission factors as dated records, and the rules by which a line of an account gets its own."""
