"""The commands: one module each, named like the command and listed in `copydesk.cli.app`."""
