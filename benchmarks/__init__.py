"""Measurements that the README's figures come from; not part of the tests."""
