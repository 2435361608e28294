"""
Medications: what the clinic and its patients do with medicines, each through the caller's chart.

A check talks to the outside, so it is three steps: look at the chart (recorded before anything leaves the house), ask,
and keep the answer, with an entry in the audit log for every request that was made of a partner. Everything else is one
transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from meridian import clock as clocks
from meridian.access.chart import Chart
from meridian.access.interaction import Interaction
from meridian.access.policy import rows_for
from meridian.access.work import Plan, Resource, Work
from meridian.clock import Clock
from meridian.faults import Conflict, Forbidden, Issue
from meridian.medications import drafts, issues, listing, prescribing, rechecking, reconciling, refills
from meridian.medications.findings import Outcome, Override, Result, veiled
from meridian.medications.issues import Kept
from meridian.medications.listing import Event, Listed
from meridian.medications.partners.panel import Panel
from meridian.medications.partners.port import Call
from meridian.medications.prescribing import Order, Prescribed, Said
from meridian.medications.question import Picture, picture
from meridian.medications.reconciling import Item
from meridian.medications.refills import Asked


@dataclass(slots=True)
class Medications:
    """
    Prescribing and all around it.

    Args:
        panel: Who is asked whether a medicine is safe.
        clock: What time it is.
    """

    panel: Panel = field(default_factory=Panel)
    clock: Clock = clocks.now

    async def close(self) -> None:
        """Let go of the partners' connections."""
        await self.panel.close()

    # --- checks

    async def check(self, chart: Chart, patient: str, request: Resource, *, replaces: str = "") -> Kept:
        """
        Check a draft, and keep what was said.

        Args:
            chart: The caller's.
            patient: Logical id.
            request: A MedicationRequest; its medication and dosage count.
            replaces: Logical id of the prescription that it changes or renews.
        """
        action, what = "medication/$check", f"Patient/{patient}"
        _may_keep(chart)
        draft = drafts.request(request)
        seen: Picture = await chart.consult(
            action, lambda work: picture(work, patient, draft, replaces=replaces), what=what
        )
        result, calls = await self._answer(seen)

        def keep(work: Work) -> Plan[Resource]:
            yield from _noted(work, patient, calls)
            return (
                yield from work.create(
                    "DetectedIssue",
                    issues.resource(result, patient, seen.fingerprint, work.now, labels=seen.labels),
                )
            )

        return issues.of(await chart.work(action, keep, what=what))

    async def _answer(self, seen: Picture) -> tuple[Result, list[Call]]:
        """
        What sources say of what the asker sees, and of the rest only that there is something.

        They are asked twice where there is more than the asker sees: what the first answer has not is not theirs.
        """
        result, calls = await self.panel.ask(seen.question)
        if seen.whole is None:
            return result, calls
        whole, more = await self.panel.ask(seen.whole)
        return veiled(result, whole), [*calls, *more]

    async def read_check(self, chart: Chart, check: str) -> Kept:
        """A check as it was kept."""
        issue: Resource = await chart.consult(
            "medication/$check", lambda work: work.read("DetectedIssue", check), what=f"DetectedIssue/{check}"
        )
        return issues.of(issue)

    async def override(self, chart: Chart, check: str, overrides: Sequence[Override]) -> Kept:
        """Override what a re-check found; when nothing interruptive is left open, its Task is done."""

        def plan(work: Work) -> Plan[Resource]:
            done = yield from work.change(
                "DetectedIssue", check, lambda issue: issues.overridden(issue, overrides, work.subject.who, work.now)
            )
            kept = issues.of(done)
            if not kept.open:
                for order in kept.orders:
                    for task in (yield from rechecking.open_tasks(work, order)):
                        yield from work.change(
                            "Task", task["id"], lambda one: prescribing.settled(one, "completed", work.now)
                        )
            return done

        return issues.of(await chart.work("medication/$override", plan, what=f"DetectedIssue/{check}"))

    # --- prescriptions

    async def prescribe(self, chart: Chart, order: Order) -> Prescribed:
        """Order what was checked."""
        done: Prescribed = await chart.work(
            "medication/$prescribe", lambda work: prescribing.prescribe(work, order), what=f"Patient/{order.patient}"
        )
        return done

    async def change(self, chart: Chart, order: Order, code: str, text: str = "") -> Prescribed:
        """Another prescription in place of `order.replaces`."""
        what = f"MedicationRequest/{order.replaces}"
        done: Prescribed = await chart.work(
            "medication/$change", lambda work: prescribing.change(work, order, Said(code, text)), what=what
        )
        return done

    async def stop(self, chart: Chart, prescription: str, code: str, text: str = "") -> None:
        """Stop a prescription, for a coded reason."""
        what = f"MedicationRequest/{prescription}"
        await chart.work(
            "medication/$stop", lambda work: prescribing.stop(work, prescription, Said(code, text)), what=what
        )

    async def printed(self, chart: Chart, prescription: str) -> bytes:
        """A prescription as a PDF."""
        from meridian import paper  # noqa: PLC0415  # the press is loaded by the first page
        from meridian.medications import printing  # noqa: PLC0415  # likewise

        what = f"MedicationRequest/{prescription}"
        document = await chart.consult(
            "medication/$print", lambda work: printing.prescription(work, prescription), what=what
        )
        return paper.pdf(document)

    async def printed_list(self, chart: Chart, patient: str) -> bytes:
        """What a patient takes, as a PDF."""
        from meridian import paper  # noqa: PLC0415  # the press is loaded by the first page
        from meridian.medications import list_on_paper  # noqa: PLC0415  # likewise

        document = await chart.consult(
            "medication/$print-list", lambda work: list_on_paper.medicines(work, patient), what=f"Patient/{patient}"
        )
        return paper.pdf(document)

    # --- lists

    async def listed(self, chart: Chart, patient: str) -> Listed:
        """What a patient takes and took."""
        return await chart.consult(
            "medication/$list", lambda work: listing.listed(work, patient), what=f"Patient/{patient}"
        )

    async def history(self, chart: Chart, prescription: str) -> list[Event]:
        """What happened to a prescription, newest first."""
        what = f"MedicationRequest/{prescription}"
        return await chart.consult("medication/$history", lambda work: listing.history(work, prescription), what=what)

    async def reconcile(
        self, chart: Chart, patient: str, items: Sequence[Item], *, encounter: str = ""
    ) -> tuple[str, list[str]]:
        """Go through the list with the patient; the Procedure's logical id, and what was written besides."""
        return await chart.work(
            "medication/$reconcile",
            lambda work: reconciling.reconcile(work, patient, items, encounter),
            what=f"Patient/{patient}",
        )

    # --- refills

    async def ask_refill(self, chart: Chart, prescription: str, note: str = "") -> str:
        """Ask for more; the Task's logical id."""
        what = f"MedicationRequest/{prescription}"
        return await chart.work("medication/$ask-refill", lambda work: refills.ask(work, prescription, note), what=what)

    async def refill_queue(self, chart: Chart) -> list[Asked]:
        """What is asked for and not decided."""
        return await chart.consult("medication/$refills", refills.queue, what="Task")

    async def prepare_refill(self, chart: Chart, task: str, note: str = "") -> Kept:
        """Check what is asked for and leave a note."""
        patient, draft, prescription = await self._asked(chart, task, 0)
        kept = await self.check(chart, patient, draft, replaces=prescription)
        await chart.work(
            "medication/$prepare-refill", lambda work: refills.prepared(work, task, kept.id, note), what=f"Task/{task}"
        )
        return kept

    async def approve_refill(
        self,
        chart: Chart,
        task: str,
        *,
        more: int,
        check: str = "",
        overrides: Sequence[Override] = (),
        unavailable: Said | None = None,
    ) -> tuple[Prescribed, Kept]:
        """
        Prescribe the same again.

        Args:
            chart: The caller's.
            task: Logical id of the refill's Task.
            more: Refills of the new prescription.
            check: Logical id of a check that was looked at; without one it is made now.
            overrides: Of its alerts.
            unavailable: Why it is ordered although nothing was checked.

        Raises:
            Conflict: If that check needs looking at first; its issue's place is `check`, its text the check's id.
        """
        patient, draft, prescription = await self._asked(chart, task, more)
        if check:
            kept = await self.read_check(chart, check)
        else:
            kept = await self.check(chart, patient, draft, replaces=prescription)
            _passes(kept, unavailable)
        order = Order(patient, draft, kept.id, "", overrides, unavailable, replaces=prescription)
        done: Prescribed = await chart.work(
            "medication/$approve-refill", lambda work: refills.approve(work, task, order), what=f"Task/{task}"
        )
        return done, kept

    async def refuse_refill(self, chart: Chart, task: str, code: str, text: str = "") -> None:
        """Refuse it, for a coded reason."""
        await chart.work(
            "medication/$refuse-refill", lambda work: refills.refuse(work, task, Said(code, text)), what=f"Task/{task}"
        )

    async def _asked(self, chart: Chart, task: str, most: int) -> tuple[str, Resource, str]:
        """Patient, draft and prescription of a refill that is still to be decided."""

        def plan(work: Work) -> Plan[tuple[str, Resource, str]]:
            found = yield from refills.to_decide(work, task)
            prescription = refills.prescription_of(found)
            request = yield from work.read("MedicationRequest", prescription)
            return prescribing.patient_of(request), refills.again(request, most), prescription

        return await chart.consult("medication/$refills", plan, what=f"Task/{task}")

    # --- what the worker does

    async def recheck(self, chart: Chart, prescription: str) -> bool:
        """
        Check an order again that was made while no partner answered.

        Args:
            chart: The platform's own.
            prescription: Logical id.

        Returns:
            Whether a partner answered, or there was nothing left to check; else it is to be tried later.
        """
        action, what = "medication/$recheck", f"MedicationRequest/{prescription}"
        found: tuple[str, Picture] | None = await chart.consult(
            action, lambda work: rechecking.look(work, prescription), what=what
        )
        if found is None:
            await chart.work(action, lambda work: rechecking.drop(work, prescription), what=what)
            return True
        patient, seen = found
        result, calls = await self.panel.ask(seen.question)

        def plan(work: Work) -> Plan[None]:
            yield from _noted(work, patient, calls)
            if result.outcome is not Outcome.UNAVAILABLE:
                yield from rechecking.conclude(work, prescription, patient, seen, result)

        await chart.work(action, plan, what=what)
        return result.outcome is not Outcome.UNAVAILABLE


def _may_keep(chart: Chart) -> None:
    """
    Hold that the caller may keep a check, before anything leaves the house for one.

    Raises:
        Forbidden: If not.
    """
    if not rows_for(chart.subject.role, Interaction.CREATE, "DetectedIssue", "medication/$check"):
        raise Forbidden("Your role does not include checking medicines")


def _noted(work: Work, patient: str, calls: Sequence[Call]) -> Plan[None]:
    """An entry for every request that was made of a partner: which, its id, how it ended; no medicine."""
    for call in calls:
        yield from work.noted(
            "partner-check",
            f"Device/{call.partner}",
            patient=patient,
            outcome="ok" if call.outcome == "ok" else "failed",
            rule=call.outcome,
            request=call.request,
        )


def _passes(kept: Kept, unavailable: Said | None) -> None:
    """Hold that an order may go on without anybody looking at its check."""
    unseen = bool(kept.result.interruptive) or (kept.result.outcome is Outcome.UNAVAILABLE and unavailable is None)
    if unseen:
        raise Conflict("Look at the check first", issues=(Issue("conflict", kept.id, "check"),))
