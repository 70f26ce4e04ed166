"""One day at all centres, as it was counted on 27 April 2020, replayed against the real services (issue 5)."""
