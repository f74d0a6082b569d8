"""One plot for each kind of check that found something."""

from validator.report.plots.figures import Figure, figures_of

__all__ = ["Figure", "figures_of"]
