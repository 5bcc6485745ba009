"""The rights of the person: consent, legal bases, entitlement, erasure, receipts, retention."""
