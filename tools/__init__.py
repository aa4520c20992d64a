"""What authors run on chapters."""
