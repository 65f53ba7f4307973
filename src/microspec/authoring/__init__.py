"""Specifications as authors see them: folders of YAML, their mistakes, and the tools for them."""
