"""What crosses between the process of a student's answer and that of its checks; all of it runs inside the sandbox."""
