/** Does nothing: it is registered and removed again, to see whether this browser permits it. */
