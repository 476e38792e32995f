"""Tell an error as a learner needs it: the frames of the learner's own file, in the page and on a machine alike."""

import sys
import traceback


def tell(error: BaseException, path: str) -> int:
    """Print a traceback of one file's frames to stderr; return the last one's line, or -1 if it has none in it."""
    if isinstance(error, SyntaxError) and error.filename == path:
        lines, error.__traceback__ = [error.lineno or -1], None
    else:
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == path
        ]
    whole = told = traceback.TracebackException.from_exception(error)
    while told:  # an error that another one has caused is told with it
        told.stack = traceback.StackSummary.from_list(
            [frame for frame in told.stack if frame.filename == path]
        )
        told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)
    folder = path.rpartition("/")[0]
    sys.stderr.write("".join(whole.format()).replace(f'File "{folder}/', 'File "'))
    return lines[-1] if lines else -1
