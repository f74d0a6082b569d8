"""Everything a kernel needs beside the readings, as short arrays with one entry per channel-day."""

from validator.attach.attach import Attached, attach
from validator.attach.channels import Channels, channels_of

__all__ = ["Attached", "Channels", "attach", "channels_of"]
