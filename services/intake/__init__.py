"""Intake: whoever meets people at risk reports, screens, records consent, and sees what came of it."""
