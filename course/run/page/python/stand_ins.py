"""Stand-ins for two compiled packages that have no build for Pyodide: the part of them that Prefect calls.

orjson writes and reads JSON as the standard library does, through ``dumps(value, default, option) -> bytes``; rpds has
the immutable collections of ``referencing``, which jsonschema uses.
"""

import dataclasses
import datetime
import enum
import json
import sys
import uuid
from types import ModuleType

#: orjson's options, in the order of their bits.
OPTIONS = [
    *(
        "APPEND_NEWLINE",
        "INDENT_2",
        "NAIVE_UTC",
        "NON_STR_KEYS",
        "OMIT_MICROSECONDS",
        "PASSTHROUGH_DATACLASS",
    ),
    *(
        "PASSTHROUGH_DATETIME",
        "PASSTHROUGH_SUBCLASS",
        "SERIALIZE_DATACLASS",
        "SERIALIZE_NUMPY",
        "SERIALIZE_UUID",
    ),
    *("SORT_KEYS", "STRICT_INTEGER", "UTC_Z"),
]


class JSONEncodeError(TypeError):
    """What orjson raises for a value that JSON has no form for."""


def plain(value, default):
    """Return what stands for a value in JSON.

    Raises:
        JSONEncodeError: If neither orjson nor ``default`` knows the value's type.
    """
    match value:
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case enum.Enum():
            return value.value
    if dataclasses.is_dataclass(value):
        return dataclasses.asdict(value)
    if default is not None:
        return default(value)
    raise JSONEncodeError(f"Type is not JSON serializable: {type(value).__name__}")


def orjson() -> ModuleType:
    module = ModuleType("orjson")
    bits = {name: 1 << bit for bit, name in enumerate(OPTIONS)}

    def dumps(value, default=None, option=0) -> bytes:
        option = option or 0
        text = json.dumps(
            value,
            default=lambda inner: plain(inner, default),
            ensure_ascii=False,
            sort_keys=bool(option & bits["SORT_KEYS"]),
            indent=2 if option & bits["INDENT_2"] else None,
            separators=(",", ": ") if option & bits["INDENT_2"] else (",", ":"),
        )
        return (text + "\n" * bool(option & bits["APPEND_NEWLINE"])).encode()

    def loads(text):
        return json.loads(bytes(text) if isinstance(text, memoryview) else text)

    vars(module).update({f"OPT_{name}": bit for name, bit in bits.items()})
    vars(module).update(
        dumps=dumps,
        loads=loads,
        JSONEncodeError=JSONEncodeError,
        JSONDecodeError=json.JSONDecodeError,
    )
    return module


class HashTrieMap(dict):
    @classmethod
    def convert(cls, value):
        return value if isinstance(value, cls) else cls(value)

    def insert(self, key, value):
        return HashTrieMap({**self, key: value})

    def remove(self, key):
        return HashTrieMap({k: v for k, v in self.items() if k != key})

    def update(self, *others, **more):
        return HashTrieMap({**self, **dict(*others, **more)})


class HashTrieSet(frozenset):
    def insert(self, value):
        return HashTrieSet(self | {value})

    def remove(self, value):
        return HashTrieSet(self - {value})

    def update(self, *others):
        return HashTrieSet(self.union(*others))


class List(tuple):
    def __new__(cls, *values):
        return super().__new__(cls, values[0] if len(values) == 1 else values)

    def push_front(self, value):
        return List((value, *self))


def install() -> None:
    """Let ``import orjson`` and ``import rpds`` find the stand-ins."""
    rpds = ModuleType("rpds")
    rpds.HashTrieMap, rpds.HashTrieSet, rpds.List = HashTrieMap, HashTrieSet, List
    sys.modules.setdefault("orjson", orjson())
    sys.modules.setdefault("rpds", rpds)
