"""How many lines do the job, and how many defend it?"""

from pathlib import Path


# --8<-- [start:count]
def code(name: str) -> list[str]:
    """Return the lines of code between a file's imports and its last part."""
    text = (Path(__file__).parent / name).read_text()
    job = text.split("import open_shop\n")[1].split("if __name__")[0]
    lines = [line.strip() for line in job.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


# --8<-- [start:compare]
bare = code("bare_job.py")
for name in ("bare_job.py", "native_python.py", "two_decorators.py"):
    lines = len(code(name))
    print(f"{name:<18} {lines:>2} lines, {lines - len(bare):>2} of defence")
    #> bare_job.py         6 lines,  0 of defence
    #> native_python.py   28 lines, 22 of defence
    #> two_decorators.py   8 lines,  2 of defence
# --8<-- [end:compare]
# --8<-- [end:count]
