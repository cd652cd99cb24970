"""What the fault tests share: processes of the desk, clients that keep a journal, load, and figures."""
