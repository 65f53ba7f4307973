"""What other clients really send, recorded from their own code, and audited; `python -m peers` runs it.

The recorders run where a client is installed, with a cloud in the place of the network (`cloud`); they
import nothing of microspec. What they recorded is audited, and every verdict is confirmed against Nova's
decorators.
"""
