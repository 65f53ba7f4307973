"""The model, histories and findings as something to read: `plain` for programs, `text` for people."""
