"""The package's flow needs a Prefect server, which the fixtures of the course's tests start."""

pytest_plugins = ["tests.support.servers"]
