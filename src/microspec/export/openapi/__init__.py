"""Writes an API as OpenAPI 3.1: at one version (`document`), or at all of them at once (`cumulative`).

docs/openapi.md describes what is written, and what the extension ``x-openstack`` says beside it.
"""
