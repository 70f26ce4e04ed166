"""What is remembered: tables, constraints and the SQL of each room."""
