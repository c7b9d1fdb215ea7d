"""The processes that run submissions, here and on a cluster."""
