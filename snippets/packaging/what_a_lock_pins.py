"""A lock names packages, and the files they come in; it does not name what they run on."""

import re
from pathlib import Path

import pricewatch

# --8<-- [start:pins]
project = Path(pricewatch.__file__).parents[2]
lock = (project / "requirements.txt").read_text("utf-8")
pins = dict(re.findall(r"^([\w-]+)[^=]*==(\S+)", lock, re.MULTILINE))
print(len(pins), "packages,", lock.count("--hash="), "files")
#> 131 packages, 2276 files
for name in ("prefect", "fastapi", "python", "openssl", "pricewatch"):
    print(f"{name}: {pins.get(name, 'not in the lock')}")
    #> prefect: 3.8.8
    #> fastapi: 0.150.0
    #> python: not in the lock
    #> openssl: not in the lock
    #> pricewatch: not in the lock
# --8<-- [end:pins]
