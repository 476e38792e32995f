"""twine knows two public indexes by name: one to rehearse on, and one for good."""

import os

from twine.settings import Settings
from twine.utils import get_config

# --8<-- [start:names]
known = get_config(os.devnull)  # as without a file of your own
print("Names:", ", ".join(sorted(known)))
#> Names: pypi, testpypi
settings = Settings(config_file=os.devnull)
name = next(n for n in known if known[n] == settings.repository_config)
print("Without --repository:", name)
#> Without --repository: pypi
# --8<-- [end:names]
