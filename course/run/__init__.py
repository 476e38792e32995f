"""A block of a page runs: in the page itself (`page`), or on the reader's machine (`machine`)."""
