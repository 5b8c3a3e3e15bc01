"""评分: criteria of practical work that people judge, blind and twice.

``levels`` turns levels into points (pure), ``services`` gives work out and takes levels in, ``queries`` reads,
``views`` are the 考评员's pages.
"""
