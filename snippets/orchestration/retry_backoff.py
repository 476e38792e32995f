"""Delays that double, and a random part that keeps a thousand clients apart."""

from prefect import task
from prefect.tasks import exponential_backoff
from prefect.utilities.math import clamped_poisson_interval


# --8<-- [start:task]
@task(
    retries=5,
    retry_delay_seconds=exponential_backoff(backoff_factor=10),
    retry_jitter_factor=1,
)
def price_of(sku: str) -> float: ...


print("Seconds before each retry:", price_of.retry_delay_seconds)
#> Seconds before each retry: [10, 20, 40, 80, 160]
# --8<-- [end:task]
# --8<-- [start:jitter]
jitter = price_of.retry_jitter_factor
clients = range(1000)
waits = [clamped_poisson_interval(10, jitter) for client in clients]
print("Around 10 seconds, never 20:", 4 < min(waits) < 10 < max(waits) < 20)
#> Around 10 seconds, never 20: True
# --8<-- [end:jitter]
