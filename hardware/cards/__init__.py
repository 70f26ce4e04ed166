"""Card drivers above `transmit`, and tokens behind their vendors' PKCS#11 modules."""
