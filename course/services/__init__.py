"""Start and stop what flows need besides themselves.

Comes in: the ports, the settings and the container engine of this machine. Goes out: the address of
Prefect's server (`prefect_server`), a class in containers (`classroom`), module 7's pipeline next
to a server (`pipeline`), a folder on a port (`web_server`), and processes that end to the last
child (`processes`).
"""
