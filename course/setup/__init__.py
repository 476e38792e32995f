"""Make a machine ready for the course, and report what is missing.

Input: this checkout, its locks and the machine it lies on. Output: ``.venv`` and the other
environments, the page bundle, a browser, and findings that name the command which mends a problem.
Modules that run before ``.venv`` exists use only the standard library and parse on Python 3.8.
"""
