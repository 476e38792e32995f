"""Replay each transcript in a checkout of its own; some need a Docker engine."""
