"""One folder a floor, plus contract/ (same test over each implementation), e2e/ (real terminal), architecture/."""
