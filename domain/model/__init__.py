"""What the desk deals in: money, traders, ads, offers, the ledger, and what is told to whom."""
