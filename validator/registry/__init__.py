"""The registry: certificates, approvals, dispensations, outstations and standing data, with their history.

The only part of the validator that speaks SQL. Import it only where a registry is asked for: SQLAlchemy
takes as long to import as a small file takes to check.
"""
