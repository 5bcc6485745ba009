"""The bytes of a record: codec, record, reader, sealer."""
