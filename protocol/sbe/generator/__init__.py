"""Makes code and documents from the SBE schema; protocol/sbe/generate.py is the program."""
