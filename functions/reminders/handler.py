"""Mails and text messages, reminders above all, go to whom they are for (`meridian.messaging.notify`)."""

from meridian.app.functions.feeding import fed

handler = fed("reminders", "notices")
