"""What operators see: the exporter of spans, what it leaves out, and the delivery to those who may read."""
