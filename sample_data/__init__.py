"""A small made-up estate whose half-hourly data makes every check speak, and the verdicts it must get."""
