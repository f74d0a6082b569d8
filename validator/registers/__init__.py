"""Register readings that come by themselves (D0010), joined onto the channel-days that they bound."""

from validator.registers.join import JoinedRegisters, join_registers
from validator.registers.unmatched import Unmatched, UnmatchedReadings

__all__ = ["JoinedRegisters", "Unmatched", "UnmatchedReadings", "join_registers"]
