"""What an operation is to this server; the table of them is composed in `meridian.app`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from meridian.access.chart import Chart
from meridian.fhir.parameters import Parameters

Resource: TypeAlias = dict[str, Any]
Run: TypeAlias = Callable[[Chart, str, Parameters], Awaitable[Resource]]
"""Given the caller's chart, the instance's id (empty on a type) and the parameters; gives the resource to answer."""


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One operation.

    Args:
        run: Does it.
        definition: Canonical address of its OperationDefinition, as the CapabilityStatement names it.
        changes: Whether it changes anything, so that only POST may call it.
        instance: Whether it is called on an instance; else on the type.
    """

    run: Run
    definition: str
    changes: bool = True
    instance: bool = False


Operations: TypeAlias = Mapping[tuple[str, str], Operation]
"""By type and name, as `("Appointment", "$find")`."""
