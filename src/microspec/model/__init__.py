"""An API at one version, and the microversions that change it."""
