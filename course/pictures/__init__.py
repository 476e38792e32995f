"""Take the pictures of pages, slides and dashboards, and draw the plots, again.

Input: the built site, a Prefect server, Dask's dashboard and the snippets that draw. Output: files
in ``docs/*/pictures`` and ``.github/pictures``, and beside each screen picture the versions of the
programs that it shows.
"""
