"""Judged differences in every format. What they say is worked out once, in `grouping`."""
