"""The tests: each folder says what it tests; support/schedule.py, what may run at the same time."""
