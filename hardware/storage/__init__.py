"""USB sticks: which are mounted, and that one came or went. What lies on them is not looked at here."""
