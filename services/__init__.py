"""The four services. Each holds what its own users do; they meet only in the case events."""
