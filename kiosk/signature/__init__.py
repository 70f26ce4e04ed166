"""Whether a certificate is good (anchors, chains, revocation), and whether an e-signature is ready for its day."""
