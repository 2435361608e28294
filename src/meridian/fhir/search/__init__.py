"""
Search as the standard defines it: what can be asked, what a request means, and what of a resource answers it.

    parameters.py    what can be asked of a type, from the definitions
    expressions.py   a SearchParameter's expression, read
    extract.py       a resource's index rows, in one pass over the resource
    grammar.py       a request's parameters, read into a `query.Search`

Nothing here knows SQL; `meridian.store.index` keeps the rows and `meridian.store.search` asks them.
"""

from meridian.fhir.search.extract import extract
from meridian.fhir.search.grammar import parse
from meridian.fhir.search.parameters import Parameter, parameters
from meridian.fhir.search.query import Search
from meridian.fhir.search.rows import Rows

__all__ = ["Parameter", "Rows", "Search", "extract", "parameters", "parse"]
