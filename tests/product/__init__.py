"""Tests of the running product: its own supervisor, web, worker, scheduler, PostgreSQL and Valkey."""
