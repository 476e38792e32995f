"""Run a block on the reader's machine, for the pages of ``make serve``.

Input: jobs that pages send over a WebSocket: the name of a file and a text for it. Output: what the
file prints and how it ends, and no process is left behind. `server` decides who may send a job,
`files` prepares its folder, `runs` follows its process, and ``startup/`` is on the path of every
Python that is started.
"""

from course.errors import CourseError


class LiveError(CourseError):
    """The site cannot be served, or a job cannot be run; a page shows the message, too."""
