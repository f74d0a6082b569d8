"""How well the checks detect, and how fast they run, on anyone's own readings: what `copcheck bench` does."""
