"""Test the story's package, and the container files of modules 4, 5 and 7 and the dev container."""
