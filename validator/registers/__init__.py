"""Register readings that come by themselves (D0010), joined onto the channel-days that they bound."""

from validator.registers.join import JoinedRegisters, Unmatched, join_registers

__all__ = ["JoinedRegisters", "Unmatched", "join_registers"]
