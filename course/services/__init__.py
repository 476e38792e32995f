"""Start and stop the servers and containers that flows need.

Input: the ports, the settings and the container engine of this machine. Output: the address of
Prefect's server (`prefect_server`), a class in containers (`classroom`), module 7's pipeline next
to a server (`pipeline`), a folder on a port (`web_server`), and processes that stop to the last
child (`processes`).
"""
