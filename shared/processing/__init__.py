"""What an instance does with records: consume, unseal, apply, follow up, park, retry, set aside, recover."""
