# %% [markdown]
# # Module 4 as a notebook
#
# The module's main steps as cells. Each cell is a whole snippet. Download the notebook, open it in your editor, choose the
# Python in this course's `.venv` as its kernel, and run the cells from the top. The clusters here are made of threads in the
# kernel, so they start at once.
#
# ## Draw first, run later

# %%
# --8<-- "dask/lazy_graph.py"

# %% [markdown]
# ## A future goes on to the next step

# %%
# --8<-- "dask/futures.py"

# %% [markdown]
# ## A long list
#
# Change the number of parts to one, then to forty. What becomes of the answer?

# %%
# --8<-- "dask/bag.py"

# %% [markdown]
# ## A long table

# %%
# --8<-- "dask/dataframe.py"

# %% [markdown]
# ## Depth-first keeps fewer results
#
# Add shoes to the list: how many pages are in memory now, breadth-first and depth-first?

# %%
# --8<-- "dask/depth_first.py"

# %% [markdown]
# ## What travels to a worker
#
# A price can be pickled. A connection cannot.

# %%
# --8<-- "dask/unpicklable.py"

# %% [markdown]
# ## Small tasks do not pay

# %%
# --8<-- "dask/too_small.py"
