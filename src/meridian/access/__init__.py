"""The one door: subjects, policy, and the Chart through which every record is reached."""
