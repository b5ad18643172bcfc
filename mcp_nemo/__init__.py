"""Edit video by talking: an MCP server for NemoVideo and for an engine on your own machine."""

__version__ = "0.1.0"
