"""Measure the site, the Run buttons, the suite and the pipeline against their budgets.

Input: the built site, a browser, the suite and the pipeline. Output: the figures on the terminal
and in ``bench.json``, and exit code 1 if a budget is exceeded.
"""
