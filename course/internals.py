"""Define how a module lists the internals of a library that it relies on, for a test to check.

A module that needs internals lists them as ``INTERNALS: list[Internal]``. After an upgrade, `moved`
says in one line which of them is no longer what the course was written for.
"""

import inspect
from dataclasses import dataclass
from pkgutil import resolve_name
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Internal:
    """A symbol of another library, such as ``json.loads``, without a promise that it stays.

    The signature is what `signature_of` returned when the code that uses the symbol was written.
    """

    symbol: str
    reason: str
    signature: str

    @property
    def value(self) -> Any:
        """The object that the symbol names now; ImportError or AttributeError if it is gone."""
        return resolve_name(self.symbol)

    def replace(self, value: object) -> None:
        """Let the symbol name another object, in the module or class that holds it."""
        holder, _, name = self.symbol.rpartition(".")
        setattr(resolve_name(holder), name, value)


def moved(internal: Internal) -> str | None:
    """Return in one line what has moved; ``None`` if the symbol is as it was recorded."""
    try:
        now = signature_of(internal.value)
    except (ImportError, AttributeError) as error:
        return f"{internal.symbol} is gone ({error}); it was used to: {internal.reason}"
    if now == internal.signature:
        return None
    return f"{internal.symbol} is now {now}, was {internal.signature}; used to: {internal.reason}"


def signature_of(value: object) -> str:
    """Return what matters to code that uses a symbol.

    That is ``module``, ``class``, the parameters of a callable without defaults and annotations,
    such as ``async (call, *, timeout)``, or the name of the type of anything else.
    """
    if isinstance(value, ModuleType):
        return "module"
    if inspect.isclass(value):
        return "class"
    if not callable(value):
        return type(value).__name__
    empty = inspect.Parameter.empty
    parameters = inspect.signature(value).parameters.values()
    bare = [each.replace(annotation=empty, default=empty) for each in parameters]
    text = str(inspect.Signature(bare))
    return f"async {text}" if inspect.iscoroutinefunction(value) else text
