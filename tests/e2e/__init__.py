"""The product as a person meets it: a process of its own on a real terminal, with a real keyboard, mouse and glass."""
