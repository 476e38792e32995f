"""The machinery of the course: what builds, serves, checks and measures it.

``python -m course COMMAND`` is the one entry; ``python -m course --help`` lists the commands. Each
package below is one capability, and its docstring names its input and its output:

- `course.setup`: a machine becomes ready: environments, what is missing, ports, Chromium
- `course.site`: Markdown and snippets become the site
- `course.exercises`: one source becomes starter, solution and check
- `course.run.page`, `course.run.machine`: a block runs in the page, or on the reader's machine
- `course.services`: Prefect's server, the class in containers, module 7's pipeline
- `course.pictures`, `course.bench`: pictures of screens; figures against budgets

`course.snippets` is the only module that knows what a snippet's file says, `course.paths` where
things lie, `course.findings` what a check has found, `course.errors` how a command fails.
"""
