"""What the law asks for a person: consent, legal bases, entitlement, erasure, receipts, retention."""
