"""Real readers, by PC/SC. All calls run in one thread of one worker process that can be killed and started again."""
