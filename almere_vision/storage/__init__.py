"""The only place that knows the database, the blobs and the queue."""
