"""The types of bodies: one description of them, made into pydantic classes at run time and into written Python."""
