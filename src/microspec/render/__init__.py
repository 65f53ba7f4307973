"""Renders the model, histories and findings: `plain` for programs, `text` for people."""
