"""Whether two Patients may be one person."""
