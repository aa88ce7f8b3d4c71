"""What tests of channels and of whole projects run against."""
