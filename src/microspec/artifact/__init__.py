"""The compiled form of a specification: its format, its writer and its reader."""
