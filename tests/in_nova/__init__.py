"""Nova's own unit tests of its API, with `microspec.decorators` in the place of Nova's on its handlers."""
