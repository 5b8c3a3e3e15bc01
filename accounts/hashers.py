"""Password hashing. Argon2id with 19 MiB, t=2, p=1: a room of fifty signing in costs a second, not eleven."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19456
    parallelism = 1
