"""Build the site: Markdown and snippets become pages, decks and notebooks.

Input: docs/, slides/, snippets/, and from .cache/ what exercises and Run buttons need. Output:
a folder of static files. MkDocs builds it as mkdocs.yml says, which names `course.site.hooks` and
the Markdown extension `course.site.glossary`; `theme/` holds templates, styles and scripts.
"""
