"""Prove that a machine's faults are found, and that each named command fixes its fault."""
