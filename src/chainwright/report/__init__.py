"""Briefs: a page to read and print, a workbook, every table, and what makes them again."""
