"""Who someone is: the FİN, staff and their rights."""
