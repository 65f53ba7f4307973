"""HTTP apart from the bodies: version headers, version documents, recorded traffic."""
