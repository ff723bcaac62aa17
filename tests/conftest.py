"""What every test may use. The tools some tests drive are described in `tests/tooling`."""

pytest_plugins = ["tests.tooling"]
