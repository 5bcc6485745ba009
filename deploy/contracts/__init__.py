"""What others may build on: the events as AsyncAPI, `/api` as OpenAPI, and the gate that keeps both from breaking."""
