"""Referral: the competent authority leads its cases: roster, invitations, identification, joint plan, closure, statistical records."""
