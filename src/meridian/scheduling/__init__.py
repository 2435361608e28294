"""
Appointments: who may be seen when, held, booked, moved and cancelled, and what happens on the day.

    spans.py         stretches of time: joined, cut, and cut out of each other
    zones.py         local clocks: their days, and what they show
    hours.py         when somebody may be booked: weekly hours, exceptions, time off
    services.py      what can be booked: who and what it needs, how long, and by whom
    elements.py      an Appointment's elements, read and made
    availability.py  times at which everything that a service needs is free
    booking.py       finding, holding and booking
    moving.py        another time for the same Appointment
    cancelling.py    giving a time back
    series.py        appointments that recur
    waiting.py       who waits for an earlier time, and offers of freed ones
    requests.py      what patients asked for, approved or refused
    visits.py        the day itself: arrivals, rooms, walk-ins, no-shows
    reminders.py     letters before an appointment, and their links
    calendar.py      the calendar and the board as the portal shows them
    operations.py    `Appointment/$find` and its kin as FHIR calls them

That no time is given out twice is kept by the store (`meridian.store.bookings`), whoever writes an Appointment.
"""
