"""Questions about all versions of an API: which version has what, which version to ask for, and why a request fails."""
