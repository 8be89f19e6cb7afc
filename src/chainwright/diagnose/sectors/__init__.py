"""Weak links and strengths of sectors, from input-output tables."""
