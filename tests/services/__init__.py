"""Test that Prefect's server and the class start, answer and stop."""
