"""One module a command: its first line is the help, `arguments` adds what it takes, `run` does it.

Heavy imports wait inside `run`, so that `course --help` is quick.
"""
