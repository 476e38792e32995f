"""Parse a page, once for each text: warm.py keeps the parsed pages for its forks, most of which change only one."""

from functools import cache

from bs4 import BeautifulSoup


@cache
def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")
