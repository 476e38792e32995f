"""Test that a machine's problems are found, and that each suggested command fixes its problem."""
