import pytest

from tests.product.running import Product


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """The product, started by the supervisor with a data directory of its own; stopped at the end."""
    one = Product(tmp_path_factory.mktemp("product"))
    one.start()
    yield one
    one.stop()
