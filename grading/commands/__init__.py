"""One module for each command: its docstring is the help, `arguments` adds its arguments, and `run` runs it.

Heavy imports are inside `run`, so that `course --help` is quick.
"""
