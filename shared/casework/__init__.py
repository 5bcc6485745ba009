"""What officers do with a case: read and find it, state, ask and answer, keep accounts and documents, do what the person asks."""
