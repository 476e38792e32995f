"""Make a machine ready for the course.

Input: the machine's own Python, and the locks. Output: `.venv` and the heavy environments
(`install`, which `products` calls when they are missing or stale), what is wrong with a machine and
the command that fixes it (`doctor`, `ports`), and a browser (`chromium`).
"""

from course.errors import CourseError


class SetupError(CourseError):
    """Something is missing on this machine, or could not be installed."""
