# %% [markdown]
# # Module 3 as a notebook
#
# The module's main steps as cells. Each cell is a whole snippet. Download the notebook, open it in your editor, choose the
# Python in this course's `.venv` as its kernel, and run the cells from the top.
#
# A flow looks for the Prefect server that `PREFECT_API_URL` names. Without one, the first cell starts a small server of its own,
# and takes a while. What Prefect writes to its log is left out below; you will see it. All cells ask one shop: to meet it as on
# opening day, restart the kernel.
#
# ## A run is a row of states

# %%
# --8<-- "orchestration/states.py"

# %% [markdown]
# ## A condition decides what to retry
#
# The busy shoe is asked for three times, the one that is gone once. Let the condition say `True` for every error, and run the
# cell again: how often is `elm-runner` asked for now?

# %%
# --8<-- "orchestration/retry_condition.py"

# %% [markdown]
# ## A bad parameter fails the run before its first line

# %%
# --8<-- "orchestration/bad_parameter.py"

# %% [markdown]
# ## A cache policy says what makes two calls equal

# %%
# --8<-- "orchestration/caching.py"

# %% [markdown]
# ## Map asks for many shoes at once

# %%
# --8<-- "orchestration/mapping.py"

# %% [markdown]
# ## A failed task that nobody asks
#
# Three flows, one failed task each. Say how each will end before you run the cell.

# %%
# --8<-- "orchestration/silent_submit.py"
