"""Prove that a machine's faults are found, and that each named command mends its fault."""
