"""Define how a command fails: in one line, with an exit code, which `__main__` alone prints."""


class CourseError(Exception):
    """A problem that ends a command; its message is one line that says what fixes it.

    In bench and pictures the output of the program that failed follows.
    """

    exit_code = 1


class UsageError(CourseError):
    """Wrong arguments; the message names those that are right."""

    exit_code = 2
