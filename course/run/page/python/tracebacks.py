"""Show an error as a learner needs it: only the frames of the learner's own file."""

import sys
import traceback


def show(error: BaseException, path: str) -> int:
    """Print a traceback of one file's frames, and return the line of the last; -1 without any."""
    if isinstance(error, SyntaxError) and error.filename == path:
        lines, error.__traceback__ = [error.lineno or -1], None
    else:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == path]
    whole = link = traceback.TracebackException.from_exception(error)
    while link:  # the errors that caused this one are printed, too
        own = [frame for frame in link.stack if frame.filename == path]
        link.stack = traceback.StackSummary.from_list(own)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    folder = path.rpartition("/")[0]
    sys.stderr.write("".join(whole.format()).replace(f'File "{folder}/', 'File "'))
    return lines[-1] if lines else -1
