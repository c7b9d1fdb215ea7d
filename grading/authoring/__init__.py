"""From a lab's source to its notebooks, and the proof of its checks."""
