"""Run the blocks of a page: in the page itself, or on the reader's machine.

Input: a snippet, perhaps edited by its reader. Output: what the snippet prints, draws or raises,
and the states of its Prefect runs, shown below the block. The buttons themselves are scripts of the
theme, in ``course/site/theme/assets/run/``.
"""
