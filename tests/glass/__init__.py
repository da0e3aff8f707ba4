"""Tests of `glass`."""
