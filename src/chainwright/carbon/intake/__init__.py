"""Readings as people send them: files understood, previewed, and taken whole or not at all."""
