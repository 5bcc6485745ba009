"""What watches: collector, alerts and dashboards as files; and Jaeger itself, asked whether what agencies told it is right."""
