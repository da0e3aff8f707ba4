"""The script language and random walks."""
