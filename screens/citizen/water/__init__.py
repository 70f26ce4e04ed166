"""The water company's services, as the citizen meets them (W1 to W9)."""
