"""The proof: each folder says what its tests need, and what they may run beside."""
