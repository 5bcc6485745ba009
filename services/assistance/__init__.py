"""Assistance: every agency that acts answers invitations, hands needs over, and carries out its part of the joint plan."""
