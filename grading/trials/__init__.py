"""试评: another version of a scorer runs beside the one that counts, the difference is shown, two persons decide.

``services`` starts trials and makes a version live, ``difference`` says what it would change, ``queries`` reads, ``views``
are the pages of administrators and reviewers. Which runs count, ``grading.counting`` says.
"""
