"""Test images, registry, containers and cluster on a real Docker engine."""
