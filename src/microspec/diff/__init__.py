"""What differs between two versions or two specifications, and what it means for a caller."""
