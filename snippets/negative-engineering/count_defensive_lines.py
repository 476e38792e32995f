"""How many lines do the job, and how many defend it?"""

from pathlib import Path


# --8<-- [start:count]
def code(name: str) -> list[str]:
    """Return a file's lines of code between its job markers."""
    text = (Path(__file__).parent / name).read_text()
    job = text.split("[start:job]\n")[1].split("# --8<-- [end:job]")[0]
    return [line.strip() for line in job.splitlines() if line.strip()]


bare = code("bare_job.py")
for name in ("bare_job.py", "native_python.py", "two_decorators.py"):
    lines = code(name)
    defence = [line for line in lines if line not in bare]
    print(f"{name:<18} {len(lines):>2} lines, {len(defence):>2} of defence")
    #> bare_job.py         6 lines,  0 of defence
    #> native_python.py   28 lines, 24 of defence
    #> two_decorators.py   8 lines,  2 of defence
# --8<-- [end:count]
