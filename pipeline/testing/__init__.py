"""What a test of publishing talks to in place of the world."""
