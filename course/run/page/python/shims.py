"""Replace orjson and rpds, whose compiled builds pages do not load.

Pyodide offers builds, but of other versions than requirements.txt locks. The shims imitate what
Prefect calls: orjson's ``dumps`` and ``loads`` with Pydantic's JSON, and the immutable collections
of rpds, which ``referencing`` and so jsonschema use.
"""

import json
import sys
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Self

INDENT_2 = 1  #: orjson's option, which its `dumps` is passed in a sum


def dumps(value: object, default: Callable | None = None, option: int | None = None) -> bytes:
    """Return a value as JSON, as orjson writes it."""
    from pydantic_core import to_json

    indent = 2 if (option or 0) & INDENT_2 else None
    return to_json(value, fallback=default, indent=indent, inf_nan_mode="null")


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

    def update(self, other: Mapping) -> "HashTrieMap":
        """Return a copy with the items of another mapping."""
        return HashTrieMap({**self, **other})


class HashTrieSet(frozenset):
    """rpds' immutable set."""

    def insert(self, value: object) -> "HashTrieSet":
        """Return a copy with one more value."""
        return HashTrieSet(self | {value})

    def update(self, other: frozenset) -> "HashTrieSet":
        """Return a copy with the values of another set."""
        return HashTrieSet(self | other)


class List(tuple):
    """rpds' immutable list."""

    def push_front(self, value: object) -> "List":
        """Return a copy that begins with a value."""
        return List((value, *self))


def install() -> None:
    """Let ``import orjson`` and ``import rpds`` find the shims."""
    from pydantic_core import PydanticSerializationError

    sys.modules["orjson"] = SimpleNamespace(
        dumps=dumps,
        loads=json.loads,
        JSONEncodeError=PydanticSerializationError,
        JSONDecodeError=json.JSONDecodeError,
        OPT_INDENT_2=INDENT_2,
        OPT_NON_STR_KEYS=4,
        OPT_SERIALIZE_NUMPY=16,
    )
    collections = {"HashTrieMap": HashTrieMap, "HashTrieSet": HashTrieSet, "List": List}
    sys.modules["rpds"] = SimpleNamespace(**collections)
