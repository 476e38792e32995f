"""Start, find and stop what snippets talk to: Prefect's server, containers, the pipeline.

Input: ports, environment variables and Compose files. Output: running services with their
addresses, all of which end with the command that started them, unless it promises otherwise.
"""
