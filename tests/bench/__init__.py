"""Test that each part of the bench really measures, in its smallest form."""
