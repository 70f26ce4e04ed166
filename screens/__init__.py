"""What people see (Textual). Asks the station and shows the answer."""
