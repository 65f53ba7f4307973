"""Questions about JSON Schemas: what they say, whether a value obeys them, and if not, why."""
