"""The flow of the package needs a Prefect server: the one of the course's tests."""

pytest_plugins = ["tests.support.servers"]
