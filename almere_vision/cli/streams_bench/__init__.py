"""`almere bench streams`: how many cameras one worker watches on this machine, and what each costs."""
