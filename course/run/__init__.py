"""Run a block of a page: in the page itself (`page`), or on the reader's machine (`machine`)."""
