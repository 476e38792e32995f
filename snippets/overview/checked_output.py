"""An output on a page is a claim, and a test holds it against the truth."""

import re
import subprocess
import sys
from pathlib import Path

SNIPPETS = Path(__file__).parents[1]


# --8<-- [start:compare]
def holds(snippet: str) -> bool:
    """Run a snippet; does it print what it claims?"""
    # --8<-- [start:claim]
    claims = re.findall("#> (.+)", snippet)
    # --8<-- [end:claim]
    # --8<-- [start:truth]
    run = [sys.executable, "-c", snippet]
    prints = subprocess.check_output(run, text=True).splitlines()
    # --8<-- [end:truth]
    return claims == prints


# --8<-- [end:compare]
if __name__ == "__main__":
    # --8<-- [start:verdict]
    snippet = (SNIPPETS / "negative-engineering/naive.py").read_text("utf-8")
    print(holds(snippet))
    #> True
    print(holds(snippet.replace("89.05", "89.06")))
    #> False
    # --8<-- [end:verdict]
