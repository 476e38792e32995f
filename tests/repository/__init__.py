"""Test the repository itself: commands, locks, licences, contracts, planted faults, the map."""
