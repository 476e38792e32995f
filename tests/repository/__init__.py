"""Prove the repository itself: commands, locks, licences, spelling, contracts and this map."""
