"""Test pages, decks and Run buttons in Chromium; needs the built site and the page bundle."""
