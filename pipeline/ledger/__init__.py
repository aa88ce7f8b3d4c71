"""Remember what was sent: the ledger, a database of this machine, and the journals, files that travel with git."""
