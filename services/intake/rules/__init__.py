"""The rules of intake, pure: what a report says, and what lists of signs say before there is one."""
