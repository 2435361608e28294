"""Search by GET and by POST. Source: hl7.org/fhir/R4/http.html#search."""

from meridian.web.exchange import Answer, parameters
from meridian.web.fhir import bundles
from meridian.web.fhir.call import FORM_BODY, Call
from meridian.web.fhir.negotiation import FORM, check_content
from meridian.web.fhir.representation import document
from meridian.web.fhir.style import split


async def search(call: Call) -> Answer:
    """Resources of a type that meet the parameters of the address."""
    page = await call.chart.search(call.type, asked(call), lenient=call.prefer.lenient, base=call.base)
    return document(call, bundles.searchset(call, page))


async def search_by_form(call: Call) -> Answer:
    """The same, with parameters in the address, in a form, or in both."""
    form = await call.request.body(FORM_BODY)
    if form:
        check_content(call.request.header(b"content-type"), FORM)
        pairs, style = split(parameters(form))
        call.pairs = [*call.pairs, *pairs]
        call.style = style if call.style.whole else call.style
    return await search(call)


def asked(call: Call) -> list[tuple[str, str]]:
    """The parameters, with `_summary=count`, which is no mere matter of style."""
    if call.style.summary == "count":
        return [*call.pairs, ("_summary", "count")]
    return call.pairs
