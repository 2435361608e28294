"""What patients do for themselves: keep their profile, agree, ask for amendments, take their record along."""
