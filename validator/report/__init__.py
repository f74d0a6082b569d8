"""What a run leaves behind: verdicts and findings as tables, exact counts, and a page to read."""

from validator.report.folder import require_writable
from validator.report.run import InputRecord, Refused, Run
from validator.report.write import write_run

__all__ = ["InputRecord", "Refused", "Run", "require_writable", "write_run"]
