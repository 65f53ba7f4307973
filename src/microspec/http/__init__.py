"""What stands on the wire beside the bodies: version headers, version documents, recorded traffic."""
