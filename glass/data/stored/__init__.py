"""Clips read from disk: folders, data sets, TFRecords of BAIR."""
