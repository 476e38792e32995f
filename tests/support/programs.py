"""Write a shell script where a test needs a program of some name."""

from pathlib import Path


def program(path: Path, code: str) -> None:
    """Write a program that the shell runs."""
    path.write_text(f"#!/bin/sh\n{code}\n", "utf-8")
    path.chmod(0o755)
