"""Test what the built site says and contains; needs the build, and no browser."""
