"""Demo data: an invented 培训评价组织, its people, a short exam per level and sessions ready to sit.

Everything made here belongs to an organisation marked as demo, so every certificate says 演示样张，无效.
"""
