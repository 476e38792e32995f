"""Test ``make serve`` and the dev container: blocks run here, and no process is left behind."""
