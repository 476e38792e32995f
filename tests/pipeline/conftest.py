"""What the tests of module 7's pipeline share."""

from tests.support.pipelines import demo

__all__ = ["demo"]
