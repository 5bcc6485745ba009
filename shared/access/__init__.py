"""Who may act: roles, assignment of cases, signing in, sessions, and the trail of reads and refusals."""
