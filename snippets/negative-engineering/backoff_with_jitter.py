"""A thousand clients fail together; jitter keeps them from coming back together."""

from collections import Counter
from random import Random

# --8<-- [start:backoff]
waits = [min(10, 2**attempt) for attempt in range(5)]
print("Seconds before each retry:", waits)
#> Seconds before each retry: [1, 2, 4, 8, 10]
# --8<-- [end:backoff]

# --8<-- [start:jitter]
random = Random(272)
clients = range(1000)
together = Counter(waits[-1] for client in clients)
spread = Counter(int(random.uniform(0, waits[-1])) for client in clients)
print("Most in one second, without jitter:", max(together.values()))
#> Most in one second, without jitter: 1000
print("Most in one second, with jitter:", max(spread.values()))
#> Most in one second, with jitter: 114
# --8<-- [end:jitter]
