"""What citizens' phones and payment services reach: `asan-kiosk web`, a process of its own."""
