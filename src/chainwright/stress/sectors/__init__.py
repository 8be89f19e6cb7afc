"""Shocks through sectors: inventories, inoperability, binding inputs."""
