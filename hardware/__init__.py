"""What is plugged in: printers, scanners, readers. Knows nothing of the rules."""
