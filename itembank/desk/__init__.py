"""命题台: where practical tasks are written, tried, reviewed and published."""
