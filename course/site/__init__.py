"""Build and serve the site: Markdown and snippets become pages, decks and notebooks.

Input: ``docs/``, ``slides/`` and ``snippets/``. Output: a folder of static files, or a server that
rebuilds them as you edit. ``mkdocs.yml`` names `course.site.hooks`, which calls the other modules
in the order that it shows. ``theme/`` holds our templates, styles, icons and scripts.
"""
