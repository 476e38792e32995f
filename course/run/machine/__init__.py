"""Run a page's blocks on the reader's machine, which is what ``make live`` does.

Input: messages from a page on a WebSocket of 127.0.0.1. Output: one process per run, in a fresh
copy of the snippets, and its output, line by line, back to the page.
"""
