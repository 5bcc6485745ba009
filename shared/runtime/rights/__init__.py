"""Who may act: roles and what each may do, signing in, assignment of cases, and the trail of reads and refusals."""
