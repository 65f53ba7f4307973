"""Judged differences in every format: `grouping` makes a `report`, and a module for each format writes it."""
