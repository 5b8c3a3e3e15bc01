"""`make check`: everything a machine can say about the checkout without running the product. Changes nothing."""
