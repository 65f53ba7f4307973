"""The benchmarks: `nox -s benchmarks` runs them all and writes docs/performance.md from what it measured."""
