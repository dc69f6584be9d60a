"""The command line: thin commands over the other rooms, which are imported when a command runs."""
