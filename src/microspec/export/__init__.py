"""What a specification says, in forms for other programs."""
