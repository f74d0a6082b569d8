"""One plot for each kind of check that found something."""

from validator.report.plots.figures import Figure, figure_of, figures_of

__all__ = ["Figure", "figure_of", "figures_of"]
