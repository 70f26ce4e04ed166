"""Booking an hour: catalogue, working days, the slot grid, holds, orders and order codes (Q1 to Q11)."""
