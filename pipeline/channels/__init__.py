"""Send artifacts: the contract, the channels that come with daycast, and how installed ones are found."""
