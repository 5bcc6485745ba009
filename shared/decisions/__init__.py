"""How an instance decides: its state, the unit of work, the send queue, and reading its cases."""
