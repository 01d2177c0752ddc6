"""The face: command line and what starts the parts on one machine."""
