"""Sectors under stress: the economy as steps in time, its model, and the engines that run it."""
