"""Start a learner's file for an exercise, then check it and explain what is missing.

Input: ``snippets/MODULE/exercise.py``, one source that holds solution, starter and checks, and
the file that a learner makes of the starter. Output: `source` splits the one into the texts that
pages show, `command` is what the learner types, `checks` holds an attempt against the checks, on
this machine and in the page, and `images` does so for an image that the learner describes.
"""
