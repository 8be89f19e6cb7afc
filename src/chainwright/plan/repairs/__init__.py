"""Repair: strengthen, supplement and stabilise a system under a budget."""
