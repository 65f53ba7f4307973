"""Writes a specification in forms for other programs."""
