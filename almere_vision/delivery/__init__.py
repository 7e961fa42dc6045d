"""Messages to recipients outside: forms, channels, and the loop that sends what waits in the outbox."""
