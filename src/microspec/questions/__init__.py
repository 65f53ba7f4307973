"""Questions over all versions of an API: what is there when, which version to ask for, and why a request fails."""
