"""Without validation a bad parameter gets in, and fails somewhere else."""

from datetime import date

from prefect import flow


# --8<-- [start:flow]
@flow(validate_parameters=False)
def watch(day: date) -> str:
    return f"{day.year}-{day.month:02}"


state = watch("2026-01-06", return_state=True)
try:
    state.result()
except AttributeError as error:
    print(error)
    #> 'str' object has no attribute 'year'
# --8<-- [end:flow]
