"""Where and how a reference is imitated, and what keeps the task fit near its clone."""
