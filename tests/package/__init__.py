"""Prove the story's package, and the container and cluster files of modules 4 and 5."""
