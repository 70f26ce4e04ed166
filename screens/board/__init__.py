"""The hall board: who is called and to which counter, readable from ten metres, without any input (C4)."""
