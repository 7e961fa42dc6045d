"""`python -m almere_vision` is the command `almere`."""

from almere_vision.cli import main

main()
