"""Who is graded and what they got."""
