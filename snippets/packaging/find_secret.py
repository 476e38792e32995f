"""A file that a later layer has removed is still in the image."""

import sys
import tarfile
from contextlib import suppress

# --8<-- [start:layers]
name = sys.argv[1].encode()
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as image:
    for part in filter(tarfile.TarInfo.isfile, image):
        with (
            suppress(tarfile.ReadError),  # not a layer but a part in JSON
            tarfile.open(fileobj=image.extractfile(part), mode="r|*") as layer,
        ):
            for file in filter(tarfile.TarInfo.isfile, layer):
                for line in layer.extractfile(file):
                    if line.startswith(name):
                        print(f"{file.name}: {line.decode().strip()}")
# --8<-- [end:layers]
