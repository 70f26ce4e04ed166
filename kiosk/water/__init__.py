"""The water company's services: subscribers, applications, work orders, statements, payments, documents (W1 to W9)."""
