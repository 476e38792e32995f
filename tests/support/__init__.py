"""Share what tests need: servers, browsers, engines and transcripts."""
