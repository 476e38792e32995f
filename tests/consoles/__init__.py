"""Replay each transcript that needs neither Docker nor the whole pipeline, in its own checkout."""
