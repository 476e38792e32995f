"""Test that each exercise can be solved, and that each hint appears when it should."""
