"""Share what tests need: servers, browsers, engines, transcripts and planted faults."""
