"""Test that snippets run and print what they claim; needs a Prefect server."""
