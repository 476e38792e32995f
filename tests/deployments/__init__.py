"""Test deployments, workers and served flows on a real Prefect server, one after another."""
