"""Shims for orjson and rpds, which are compiled and have no build for Pyodide.

They imitate what Prefect calls: orjson's ``dumps`` and ``loads`` with the standard library's JSON,
and the immutable collections of rpds, which ``referencing`` and so jsonschema use.
"""

import dataclasses
import datetime
import enum
import json
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Self

#: orjson's options, in the order of their bits.
OPTIONS = """
APPEND_NEWLINE INDENT_2 NAIVE_UTC NON_STR_KEYS OMIT_MICROSECONDS PASSTHROUGH_DATACLASS
PASSTHROUGH_DATETIME PASSTHROUGH_SUBCLASS SERIALIZE_DATACLASS SERIALIZE_NUMPY SERIALIZE_UUID
SORT_KEYS STRICT_INTEGER UTC_Z
""".split()  # noqa: SIM905


class JSONEncodeError(TypeError):
    """orjson's error for a value that JSON has no form for."""


def json_value(value: object, default: Callable[[object], object] | None) -> object:
    """Return the JSON value for an object of another type.

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
    """Return the shim of orjson."""
    module = ModuleType("orjson")
    bits = {name: 1 << bit for bit, name in enumerate(OPTIONS)}

    def dumps(value: object, default: Callable | None = None, option: int | None = 0) -> bytes:
        option = option or 0
        text = json.dumps(
            value,
            default=lambda inner: json_value(inner, default),
            ensure_ascii=False,
            sort_keys=bool(option & bits["SORT_KEYS"]),
            indent=2 if option & bits["INDENT_2"] else None,
            separators=(",", ": ") if option & bits["INDENT_2"] else (",", ":"),
        )
        return (text + "\n" * bool(option & bits["APPEND_NEWLINE"])).encode()

    def loads(text: str | bytes | bytearray | memoryview) -> object:
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
    """rpds' immutable mapping: each change returns a copy."""

    @classmethod
    def convert(cls, value: Mapping) -> Self:
        """Return a mapping as one of these."""
        return value if isinstance(value, cls) else cls(value)

    def insert(self, key: object, value: object) -> "HashTrieMap":
        """Return a copy with one more item."""
        return HashTrieMap({**self, key: value})

    def remove(self, key: object) -> "HashTrieMap":
        """Return a copy without a key."""
        return HashTrieMap({k: v for k, v in self.items() if k != key})

    def update(self, *others: Mapping, **more: object) -> "HashTrieMap":
        """Return a copy with the items of other mappings."""
        return HashTrieMap({**self, **dict(*others, **more)})


class HashTrieSet(frozenset):
    """rpds' immutable set."""

    def insert(self, value: object) -> "HashTrieSet":
        """Return a copy with one more value."""
        return HashTrieSet(self | {value})

    def remove(self, value: object) -> "HashTrieSet":
        """Return a copy without a value."""
        return HashTrieSet(self - {value})

    def update(self, *others: Iterable) -> "HashTrieSet":
        """Return a copy with the values of other sets."""
        return HashTrieSet(self.union(*others))


class List(tuple):
    """rpds' immutable list."""

    def __new__(cls, *values: Iterable) -> Self:
        """Return the values of one iterable, or of several arguments."""
        return super().__new__(cls, values[0] if len(values) == 1 else values)

    def push_front(self, value: object) -> "List":
        """Return a copy that begins with a value."""
        return List((value, *self))


def install() -> None:
    """Let ``import orjson`` and ``import rpds`` find the shims."""
    rpds = ModuleType("rpds")
    vars(rpds).update(HashTrieMap=HashTrieMap, HashTrieSet=HashTrieSet, List=List)
    sys.modules.setdefault("orjson", orjson())
    sys.modules.setdefault("rpds", rpds)
