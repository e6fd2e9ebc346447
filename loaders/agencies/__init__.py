"""Printed names to agencies with an identity, in the context of their document.

resolve         the order of the ways, and the nodes that a document brings
readings        how a name can be read where the document holds: which place, what behind it
departments     the patterns of departments, composed with a place
collectives     the members that 各区县政府 and the like have by geography
successions     where an agency's duties went
"""
