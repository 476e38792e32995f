"""Make starter, solution and check from one source, and mark what a learner wrote.

Input: ``snippets/MODULE/exercise.py`` and the learner's file in ``exercises/``. Output: the starter
and the solution that pages show, and for each check a finding with a hint.
"""
