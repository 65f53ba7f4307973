"""Specifications as authors see them: folders of YAML, what is wrong with them, and the tools for them."""
