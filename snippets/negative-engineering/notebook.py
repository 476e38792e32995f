# %% [markdown]
# # Module 2 as a notebook
#
# The module's main steps as cells, for those who think in notebooks. Each cell is a whole snippet. Download the notebook,
# open it in your editor, choose the Python in this course's `.venv` as its kernel, and run the cells from the top.
#
# All cells ask one shop, and it remembers: a busy shoe has its price on the third try, whichever cell asks. To meet the shop
# as on opening day, restart the kernel.
#
# ## One busy page ends the run
#
# The second shoe answers 503. The third is never asked for.

# %%
# --8<-- "negative-engineering/crash.py"

# %% [markdown]
# ## Retry what may pass
#
# Three tries for a 503, none for a 404. Change the number of tries to two: what becomes of the busy shoe?

# %%
# --8<-- "negative-engineering/retry_pyramid.py"

# %% [markdown]
# ## Put dead letters aside
#
# A shoe that is gone stops nobody.

# %%
# --8<-- "negative-engineering/dead_letter.py"

# %% [markdown]
# ## Half a run leaves duplicates
#
# It crashes at the busy shoe, and is started until it passes.

# %%
# --8<-- "negative-engineering/partial_write.py"

# %% [markdown]
# ## Make writes idempotent
#
# The same day, saved three times, has its rows once.

# %%
# --8<-- "negative-engineering/idempotent_write.py"

# %% [markdown]
# ## Fan out, fan in
#
# Four slow pages, asked for one by one and all at once.

# %%
# --8<-- "negative-engineering/fan_out.py"

# %% [markdown]
# ## Declare what needs what
#
# Add a step to the graph that needs the report, and run the cell again.

# %%
# --8<-- "negative-engineering/dependencies.py"
