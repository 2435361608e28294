"""Who can come when: schedules, free times, bookings, wait lists and reminders."""
