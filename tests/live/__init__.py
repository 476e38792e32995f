"""Prove ``make live`` and the dev container: blocks run on this machine, and nothing stays."""
