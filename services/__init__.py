"""The four services. Each holds what its own users do; they exchange case events and nothing else."""
