"""`.gate.toml`: found, read, validated; and never taken from the tree of the change that it judges."""

from gate.settings.load import load
from gate.settings.model import FILE_NAME, Content, Override, Setting, Settings, WaiverEntry

__all__ = ["FILE_NAME", "Content", "Override", "Setting", "Settings", "WaiverEntry", "load"]
