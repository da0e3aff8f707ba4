"""What all data sources share: clips, splits, specifications, reading a picture."""
