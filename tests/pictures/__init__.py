"""Test that drawings are what snippets draw today, and pictures of screens are current."""
