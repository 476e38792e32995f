"""Internals of other libraries that the course replaces or reads, as data that a test can check.

A module that needs internals lists them as ``INTERNALS: list[Internal]``. After an upgrade, `moved`
says in one line which of them is no longer what the course was written for.
"""

import inspect
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True)
class Internal:
    """A symbol of another library without a promise that it stays.

    Attributes:
        symbol: Its full name, such as ``prefect.flow_engine.url_for``.
        reason: Why the course needs it.
        signature: What `signature_of` returned for it when the code that uses it was written.
    """

    symbol: str
    reason: str
    signature: str

    @property
    def value(self) -> object:
        """The object that the symbol names now.

        Raises:
            ImportError: If its module is gone.
            AttributeError: If its module has no such attribute.
        """
        found, rest = _imported(self.symbol)
        for name in rest:
            found = getattr(found, name)
        return found

    def replace(self, value: object) -> None:
        """Let the symbol name another object, in the module or class that holds it."""
        holder, _, name = self.symbol.rpartition(".")
        setattr(Internal(holder, self.reason, "").value, name, value)


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

    Returns:
        ``module``, ``class``, the parameters of a callable without defaults and annotations, such
        as ``async (call, *, timeout)``, or the name of the type of anything else.
    """
    if isinstance(value, ModuleType):
        return "module"
    if inspect.isclass(value):
        return "class"
    if not callable(value):
        return type(value).__name__
    try:
        signature = inspect.signature(value)
    except ValueError:
        return "builtin"
    bare = [
        each.replace(annotation=each.empty, default=each.empty)
        for each in signature.parameters.values()
    ]
    text = str(inspect.Signature(bare))
    return f"async {text}" if inspect.iscoroutinefunction(value) else text


def _imported(symbol: str) -> tuple[object, list[str]]:
    """Import the longest part of a symbol that is a module; return it and the names that follow."""
    names = symbol.split(".")
    for count in range(len(names), 0, -1):
        module = ".".join(names[:count])
        try:
            return import_module(module), names[count:]
        except ModuleNotFoundError as error:
            if not error.name or not f"{module}.".startswith(f"{error.name}."):
                raise  # the module is there, but not what it imports
    raise ModuleNotFoundError(f"No module named {names[0]!r}", name=names[0])
