"""Broadcast tennis drawn by code: a court in perspective, two players made of capsules, a camera and its faults."""
