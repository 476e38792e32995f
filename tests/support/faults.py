"""The faults that are planted in copies of the course, and what the suite must say to each: see test_teeth.py."""

from typing import NamedTuple

DOCS, SNIPPETS, DECK = "docs/negative-engineering", "snippets/negative-engineering", "slides/negative-engineering.md"
EXERCISE = f"{SNIPPETS}/exercise.py"
PREFECT = "snippets/orchestration"
PATTERNS = "snippets/patterns"
PIPELINE = "snippets/pipeline"
CSS = "course/site/theme/assets/deck.css"


class Fault(NamedTuple):
    file: str  #: where the fault is planted; it is made if it does not exist
    old: str  #: what stands there, exactly once
    new: str  #: what stands there instead
    test: str  #: the test that must notice, as pytest's arguments
    says: str  #: what it must say


FAULTS = {
    # What snippets claim
    "a changed digit in an output": Fault(
        f"{SNIPPETS}/naive.py",
        "#> alder-court 89.05",
        "#> alder-court 89.06",
        "tests/snippets/test_snippets.py -k 'naive and what'",
        "89.05",
    ),
    "a removed output": Fault(
        f"{SNIPPETS}/naive.py",
        "        #> alder-court 89.05\n",
        "",
        "tests/snippets/test_snippets.py -k 'naive and learner'",
        "89.05",
    ),
    "an output that nothing prints": Fault(
        f"{SNIPPETS}/naive.py",
        "# --8<-- [start:job]",
        "#> 99\n# --8<-- [start:job]",
        "tests/snippets/test_snippets.py -k 'naive and what'",
        "99",
    ),
    "an output in a function nobody calls": Fault(
        f"{SNIPPETS}/drifting_schedule.py",
        "    time.sleep(JOB)\n",
        "    time.sleep(JOB)\n\n\ndef never():\n    print(1)\n    #> 1\n",
        "tests/snippets/test_snippets.py -k 'drifting and what'",
        "a claim was never printed",
    ),
    "code that breaks": Fault(
        f"{SNIPPETS}/dependencies.py",
        "graph.prepare()",
        "graph.prepair()",
        "tests/snippets/test_snippets.py -k 'depend and learner'",
        "prepair",
    ),
    "an exit in a snippet": Fault(
        f"{SNIPPETS}/dependencies.py",
        "graph.prepare()",
        "raise SystemExit(0)",
        "tests/snippets/test_snippets.py -k 'depend and what'",
        "SystemExit",
    ),
    "a file left behind": Fault(
        f"{SNIPPETS}/bare_job.py",
        'if __name__ == "__main__":',
        'open("left", "w").close()\nif __name__ == "__main__":',
        "tests/snippets/test_snippets.py -k 'bare_job and learner'",
        "left a file behind",
    ),
    "a shop that has changed its prices": Fault(
        "snippets/pricewatch/src/pricewatch/catalogue.py",
        "full * sale - 0.05",
        "full * sale - 0.06",
        "tests/snippets/test_snippets.py -k 'naive and what'",
        "115.95",
    ),
    "a shop that behaves otherwise over HTTP": Fault(
        "snippets/pricewatch/src/pricewatch/shop.py",
        "time.sleep(answer.delay)",
        "answer = Answer(HTTPStatus.OK, 'closed')",
        "tests/snippets/test_snippets.py -k 'naive and learner'",
        "JSONDecodeError",
    ),
    "a task that does not retry": Fault(
        f"{SNIPPETS}/two_decorators.py",
        "retries=2",
        "retries=1",
        "tests/snippets/test_snippets.py -k 'two_decorators and what'",
        "503",
    ),
    "a line that nothing runs": Fault(
        f"{SNIPPETS}/dead_letter.py",
        "prices, dead_letters = {}, {}",
        "prices, dead_letters = {}, {}\nif prices:\n    prices = {}",
        "tests/snippets/test_snippets.py -k 'dead_letter and what' --cov --cov-config=one.ini",
        "Required test coverage of 100",
    ),
    # Where code comes from
    "a renamed section": Fault(
        f"{SNIPPETS}/crash.py",
        "[start:job]",
        "[start:jab]",
        "tests/site/test_provenance.py -k comes_from",
        f'{DOCS}/how-pipelines-fail.md:24: snippets/negative-engineering/crash.py has no section "job"',
    ),
    "an unclosed section": Fault(
        f"{SNIPPETS}/crash.py", "# --8<-- [end:job]\n", "", "tests/site/test_provenance.py -k comes_from", "has no section"
    ),
    "a section that nobody shows": Fault(
        f"{SNIPPETS}/crash.py",
        "prices = {}\n",
        "# --8<-- [start:packaging]\nprices = {}\n# --8<-- [end:packaging]\n",  # it shows sections of the package
        "tests/site/test_provenance.py -k are_used",
        "crash.py",
    ),
    "a snippet that is gone": Fault(
        f"{DOCS}/patterns.md",
        'fan_out.py:job"',
        'fan_in.py:job"',
        "tests/site/test_provenance.py -k comes_from",
        "there is no snippets/negative-engineering/fan_in.py",
    ),
    "a snippet that no page shows": Fault(
        f"{SNIPPETS}/orphan.py", "", '"""Alone."""\n', "tests/site/test_provenance.py -k comes_from", "orphan.py"
    ),
    "code typed into a page": Fault(
        f"{DOCS}/patterns.md",
        "## Back off, with jitter\n",
        "## Back off, with jitter\n\n```python\nimport time\n```\n",
        "tests/site/test_provenance.py -k comes_from",
        f"{DOCS}/patterns.md:",
    ),
    "code typed under an include": Fault(
        DECK,
        '--8<-- "negative-engineering/crash.py:job"\n',
        '--8<-- "negative-engineering/crash.py:job"\nprint(prices)\n',
        "tests/site/test_provenance.py -k comes_from",
        f"{DECK}:",
    ),
    "code typed in without a fence": Fault(
        DECK,
        "- The same step for many inputs",
        "\n    import time\n\n- The same step for many inputs",
        "tests/site/test_provenance.py -k comes_from",
        "a block without a snippet",
    ),
    "code typed in as HTML": Fault(
        "docs/index.md",
        "## Agenda\n",
        "## Agenda\n\n<pre><code>import time</code></pre>\n",
        "tests/site/test_provenance.py -k comes_from",
        "a block without a snippet",
    ),
    "a line number": Fault(
        f"{DOCS}/patterns.md",
        '```python\n--8<-- "negative-engineering/dead_letter.py:job"',
        '```python hl_lines="2"\n--8<-- "negative-engineering/dead_letter.py:job"',
        "tests/site/test_provenance.py -k line_numbers",
        "hl_lines",
    ),
    "a step that is no section": Fault(
        DECK, 'steps="try|', 'steps="tri|', "tests/site/test_provenance.py -k comes_from", 'no section "tri"'
    ),
    "steps that light nothing": Fault(
        "course/site/theme/assets/deck.js",
        "n + 1 < from",
        "n < from",
        "tests/browser/test_decks.py -k 'steps and engineering'",
        "dims",
    ),
    "a file that no test runs": Fault(
        f"{SNIPPETS}/install.sh", "", "pip install prefect\n", "tests/site/test_provenance.py -k comes_from", "no test runs"
    ),
    "a command as plain text": Fault(
        "docs/index.md",
        "## Agenda\n",
        "## Agenda\n\nRun pip install prefect.\n",
        "tests/site/test_names.py -k plain_text",
        "pip install",
    ),
    "a file that does not exist": Fault(
        DECK,
        "snippets/negative-engineering/two_dec",
        "snippets/negative-engineering/three_dec",
        "tests/site/test_names.py -k files_in",
        "three_dec",
    ),
    "a line exempt from being run": Fault(
        f"{SNIPPETS}/dead_letter.py",
        "prices, dead_letters = {}, {}\n",
        "prices, dead_letters = {}, {}\nif prices:  # pragma: no cover\n    prices = {}\n",
        "tests/snippets/test_snippets.py -k 'dead_letter and learner'",
        "no line is exempt",
    ),
    # The site
    "a dead link": Fault(
        f"{DOCS}/how-pipelines-fail.md", "(index.md)", "(nowhere.md)", "tests/site/test_site.py -k links", "nowhere.md"
    ),
    "a dead anchor": Fault(
        f"{DOCS}/exercise.md", "#fan-out-fan-in", "#fan-in", "tests/site/test_site.py -k links", "#fan-in"
    ),
    "a dead link in HTML": Fault(
        "docs/index.md",
        "## Agenda\n",
        '## Agenda\n\n<a href="nowhere/">there</a>\n',
        "tests/site/test_site.py -k links",
        "nowhere/",
    ),
    "a picture from another host": Fault(
        "docs/index.md",
        "## Agenda\n",
        '## Agenda\n\n<img src="https://example.org/x.png" alt="x">\n',
        "tests/site/test_site.py -k links",
        "another host",
    ),
    "a block that is not closed": Fault(
        DECK,
        "- **Note:** a 503 is usually transient. This shop answers on the third try.\n///\n",
        "- **Note:** x\n",
        "tests/site/test_minutes.py -k notes",
        "One busy page",
    ),
    "an icon that does not exist": Fault(
        "docs/index.md",
        ":state-scheduled: is on",
        ":state-sheduled: is on",
        "tests/site/test_site.py -k markup",
        ":state-sheduled:",
    ),
    "a diagram without words": Fault(
        DECK, "  accTitle: Fan-out and fan-in\n", "", "tests/site/test_site.py -k diagrams", "accTitle"
    ),
    "a name that is not one": Fault(
        f"{DOCS}/orchestration.md",
        "`retry_delay_seconds`",
        "`retry_delay`",
        "tests/site/test_names.py -k inline_code",
        "retry_delay",
    ),
    "a version that is not installed": Fault(
        "README.md", "Prefect 3,", "Prefect 2,", "tests/site/test_names.py -k version", "Prefect 2"
    ),
    "a term that no page uses": Fault(
        "docs/glossary.md", "*[jitter]:", "*[jittering]:", "tests/site/test_site.py -k term", "jittering"
    ),
    "a diagram that cannot be drawn": Fault(
        f"{DOCS}/patterns.md", "flowchart LR", "flowchrt LR", "tests/site/test_site.py -k diagrams", f"{DOCS}/patterns.md:"
    ),
    "a diagram of a shoe that does not exist": Fault(
        f"{DOCS}/how-pipelines-fail.md",
        'b["alder-trail"]',
        'b["alder-trial"]',
        "tests/site/test_names.py -k boxes",
        "alder-trial",
    ),
    "pages out of order": Fault(
        "mkdocs.yml",
        "      - negative-engineering/patterns.md\n      - negative-engineering/exercise.md\n",
        "      - negative-engineering/exercise.md\n      - negative-engineering/patterns.md\n",
        "tests/site/test_site.py -k navigation",
        "exercise.md",
    ),
    # The class
    "a page without minutes": Fault(
        f"{DOCS}/patterns.md", "minutes: 2\n", "", "tests/site/test_minutes.py -k pages", f"{DOCS}/patterns.md"
    ),
    "minutes that do not add up": Fault(
        f"{DOCS}/patterns.md", "minutes: 2\n", "minutes: 3\n", "tests/site/test_minutes.py -k pages", "21 == 20"
    ),
    "a slide that takes another page's time": Fault(
        DECK,
        "## A wrong report looks right {data-minutes=1}",
        "## A wrong report looks right {data-minutes=0.5}",
        "tests/site/test_minutes.py -k slides",
        "19.5",
    ),
    "a slide without notes": Fault(
        DECK,
        "/// html | aside.notes\n- **Note:** defence is what",
        "/// html | aside\n- **Note:** defence is what",
        "tests/site/test_minutes.py -k notes",
        "Your defence outgrows",
    ),
    "a starter that is the solution": Fault(
        EXERCISE,
        '# <starter> insert = "INSERT INTO',
        '# <starter> insert = "INSERT OR REPLACE INTO',
        "tests/consoles/test_consoles.py -k engineering/exercise",
        "4 of 5 still missing",
    ),
    "a starter that does not run": Fault(
        EXERCISE,
        "# <starter> skus = skus[:1]",
        "# <starter> skus = sku[:1]",
        "tests/consoles/test_consoles.py -k engineering/exercise",
        "NameError",
    ),
    "a solution that does not pass": Fault(
        EXERCISE, "(0.01, 0.02)", "(0.01,)", "tests/exercises/test_exercises.py -k solution", "✕"
    ),
    "a transcript that has changed": Fault(
        f"{SNIPPETS}/shop.console",
        "alder-court 61.15",
        "alder-court 61.16",
        "tests/consoles/test_consoles.py -k shop",
        "61.15",
    ),
    "a transcript that leaves a line open": Fault(
        f"{SNIPPETS}/shop.console",
        "alder-court 61.15\n",
        "...\n",
        "tests/consoles/test_consoles.py -k shop",
        "stands for a part of a line",
    ),
    "a notebook's cell that fails": Fault(
        f"{SNIPPETS}/dependencies.py",
        "graph.prepare()",
        "graph.prepair()",
        "tests/site/test_notebooks.py -k claim",
        "notebook.py, cell 14 (negative-engineering/dependencies.py): AttributeError: ",
    ),
    "a notebook's cell that prints otherwise": Fault(
        f"{SNIPPETS}/dependencies.py",
        "#> Can run now: report",
        "#> Can run now: the report",
        "tests/site/test_notebooks.py -k claim",
        "negative-engineering/dependencies.py",
    ),
    "code typed into a notebook": Fault(
        f"{SNIPPETS}/notebook.py",
        '# --8<-- "negative-engineering/crash.py"',
        "print(1)",
        "tests/site/test_provenance.py -k comes_from",
        "notebook.py, cell 2: a code cell holds one include",
    ),
    "a quiz answer without its snippet": Fault(
        f"{DOCS}/questions.md",
        '        ```python\n        --8<-- "negative-engineering/run_record.py:record"\n        ```\n',
        "",
        "tests/browser/test_pages.py -k explain",
        "no snippet behind",
    ),
    # What people see
    "a slide that is too high": Fault(
        CSS,
        ".reveal pre > code { font-size: .88em;",
        ".reveal pre > code { font-size: 1.3em;",
        "tests/browser/test_decks.py -k 'back and engineering'",
        "below the slide",
    ),
    "text that is too small": Fault(
        CSS,
        "color: var(--md-default-fg-color--light); font-size: 20px; }",
        "font-size: 12px; }",
        "tests/browser/test_decks.py -k 'back and engineering'",
        "text of 12 px",
    ),
    "a handout without its grounds": Fault(
        CSS,
        ".pdf-page:has(> section:is(.title, .exercise, .discuss))",
        ".pdf-page:has(> .none)",
        "tests/browser/test_decks.py -k 'prints and engineering'",
        "a title's ground",
    ),
    "a script that fails": Fault(
        "course/site/theme/assets/deck.js",
        "  ground();\n  });",
        "  grund();\n  });",
        "tests/browser/test_decks.py -k 'pacing and engineering'",
        "grund",
    ),
    "a colour that is too pale": Fault(
        "course/site/theme/assets/course.css",
        "--md-default-fg-color--light: #4d545e",
        "--md-default-fg-color--light: #a0a5ad",
        "tests/browser/test_pages.py -k 'accessible and engineering/exercise'",
        "color-contrast",
    ),
    "a page that is wider than a telephone": Fault(
        "docs/index.md",
        "## Agenda\n",
        '## Agenda\n\n<div style="width: 500px">All of it</div>\n',
        "tests/browser/test_pages.py -k 'accessible and home'",
        "<= 390",
    ),
    # What modules 3 and 4 add: policies, transcripts with ids, deployments, pictures, coroutines
    "a 404 that is tried again": Fault(
        f"{PREFECT}/retry_condition.py",
        "!= httpx.codes.NOT_FOUND",
        "!= httpx.codes.OK",
        "tests/snippets/test_snippets.py -k 'retry_condition and what'",
        "[404, 404, 404]",
    ),
    "a failure that somebody asks for": Fault(
        f"{PREFECT}/silent_submit.py",
        ".submit(sku).wait()",
        ".submit(sku).result()",
        "tests/snippets/test_snippets.py -k 'silent_submit and what'",
        "waits: Failed",
    ),
    "a client that blocks its coroutines": Fault(
        "snippets/pricewatch/src/pricewatch/client.py",
        "await asyncio.sleep(delay)",
        "time.sleep(delay)",
        "snippets/pricewatch/tests -k wait_for_each",
        "assert",
    ),
    "a log that says something else": Fault(
        f"{PREFECT}/run_log.console", "costs 115.95", "costs 115.96", "tests/consoles/test_consoles.py -k run_log", "115.95"
    ),
    "a schedule that cannot be": Fault(
        f"{PREFECT}/prefect.yaml",
        'cron: "0 6 * * *"',
        'cron: "0 25 * * *"',
        "tests/snippets/test_deployments.py -k yaml",
        "Invalid cron",
    ),
    "a picture of another version": Fault(
        "docs/orchestration/pictures/runs.yml",
        "prefect: 3.",
        "prefect: 2.",
        "tests/site/test_pictures.py -k installed",
        "run make pictures",
    ),
    "a picture without words": Fault(
        "docs/orchestration/workers.md",
        "![The list of runs: cedar-high-top awaits its retry,",
        "![Runs](pictures/runs.webp)\n\n![The list",
        "tests/site/test_pictures.py -k words",
        "Runs",
    ),
    "a picture that nobody has taken": Fault(
        "docs/dask/strengths.md",
        "pictures/dashboard.webp",
        "pictures/dashbord.webp",
        "tests/site/test_provenance.py -k comes_from",
        "no dashbord.yml",
    ),
    "a drawing that is not its trace's": Fault(
        "docs/dask/pictures/depth-first.svg",
        "never more than 1.",
        "never more than 2.",
        "tests/snippets/test_trace.py",
        "make pictures",
    ),
    "a manifest with a field that is none": Fault(
        "snippets/dask/kubernetes.yaml",
        "replicas: 2",
        "replica: 2",
        "tests/snippets/test_cluster.py -k valid",
        "Additional properties are not allowed",
    ),
    "workers that ask for another scheduler": Fault(
        "snippets/dask/kubernetes.yaml",
        '"tcp://dask-scheduler:8786"',
        '"tcp://scheduler:8786"',
        "tests/snippets/test_cluster.py -k find_each_other",
        "tcp://dask-scheduler:8786",
    ),
    "a picture that is too high for its slide": Fault(
        CSS, "max-height: 510px", "min-height: 700px", "tests/browser/test_decks.py -k 'dask and back'", "IMG ends below"
    ),
    # What module 5 adds: images, a cluster, a registry
    "a base that is not the locked Prefect": Fault(
        "snippets/pricewatch/Dockerfile",
        "prefecthq/prefect:3.",
        "prefecthq/prefect:2.",
        "tests/snippets/test_container_files.py -k locked_prefect",
        "prefecthq/prefect:2.",
    ),
    "a Dockerfile with lint": Fault(
        "snippets/pricewatch/Dockerfile",
        "pip install --no-cache-dir --no-deps",
        "pip install --no-deps",
        "tests/snippets/test_container_files.py -k lint",
        "DL3042",
    ),
    "a context that lets through more": Fault(
        "snippets/pricewatch/.dockerignore",
        "!src\n",
        "!src\n!tests\n",
        "tests/snippets/test_container_files.py -k context",
        "tests",
    ),
    "a service that waits for none": Fault(
        "snippets/packaging/compose.yaml",
        "depends_on: [scheduler]",
        "depends_on: [sheduler]",
        "tests/snippets/test_container_files.py -k whole",
        "sheduler",
    ),
    "a cluster of another version": Fault(
        "snippets/dask/kubernetes.yaml",
        "image: pricewatch:1.0.0\n          command: [dask, scheduler]",
        "image: pricewatch:0.9.0\n          command: [dask, scheduler]",
        "tests/snippets/test_package.py -k one_place",
        "0.9.0",
    ),
    "a secret that is not looked for": Fault(
        "snippets/packaging/find_secret.py",
        "line.startswith(name)",
        "line == name",
        "tests/snippets/test_container_files.py -k secret",
        "SHOP_TOKEN=sneakers-272",
    ),
    "a Dockerfile that its check lets pass": Fault(
        "snippets/packaging/exercise.py",
        'not in ("root", "0")',
        'not in ("Root", "0")',
        "tests/exercises/test_exercises.py -k 'goes and root'",
        "that is root.",
    ),
    "a starter's Dockerfile that is right": Fault(
        "snippets/packaging/exercise.Dockerfile",
        "# <starter> ENV SHOP_TOKEN=sneakers-272\n",
        "",
        "tests/consoles/test_consoles.py -k packaging/exercise",
        "6 of 7 still missing",
    ),
    # The story's package
    "a command that leads nowhere": Fault(
        "snippets/pricewatch/pyproject.toml",
        '"pricewatch.flows:main"',
        '"pricewatch.flow:main"',
        "tests/snippets/test_package.py -k commands",
        "pricewatch.flow",
    ),
    "a version in two places": Fault(
        "snippets/pricewatch/pyproject.toml",
        'dynamic = ["version"]',
        'version = "1.0.0"',
        "tests/snippets/test_package.py -k one_place",
        "'version' not in",
    ),
    "a wheel without one of its modules": Fault(
        "snippets/pricewatch/pyproject.toml",
        "[tool.hatch.build.targets.sdist]",
        '[tool.hatch.build.targets.wheel]\nexclude = ["flows.py"]\n\n[tool.hatch.build.targets.sdist]',
        "tests/snippets/test_package.py -k wheel_is",
        "pricewatch/flows.py",
    ),
    "an image with another fastapi than the course": Fault(
        "snippets/pricewatch/requirements.txt",
        "fastapi==0.150.0",
        "fastapi==0.155.0",
        "tests/snippets/test_package.py -k courses",
        "{'fastapi': '0.155.0'}",
    ),
    "a version that would be taken twice": Fault(
        "snippets/packaging/publish.console",
        "--disable-fallback --log-file",
        "--disable-fallback --overwrite --log-file",
        "tests/consoles/test_consoles.py -k publish",
        "Uploading pricewatch-1.0.0.tar.gz",
    ),
    # What module 6 adds: parents, rollbacks, keys, limits, automations, a history and its plot
    "a budget that nobody keeps": Fault(
        f"{PATTERNS}/budget.py",
        "len(lost) > budget",
        "len(lost) > 9",
        "tests/snippets/test_snippets.py -k 'budget and what'",
        "Budget 0: Completed",
    ),
    "a rollback that undoes nothing": Fault(
        f"{PATTERNS}/rollback.py",
        'table.remove(txn.get("row"))',
        'txn.get("row")',
        "tests/snippets/test_snippets.py -k 'rollback and what'",
        "Failed ['alder-court 89.05']",
    ),
    "a run that is asked for twice": Fault(
        f"{PATTERNS}/idempotency_key.py",
        "idempotency_key=day",
        "idempotency_key=None",
        "tests/snippets/test_snippets.py -k 'idempotency and what'",
        "'2026-01-05', '2026-01-05'",
    ),
    "a limit that lets too many in": Fault(
        f"{PATTERNS}/limit.py",
        "limit=2)",
        "limit=4)",
        "tests/snippets/test_snippets.py -k 'patterns/limit and what'",
        "+#> Inside at once, at most:",
    ),
    "an automation that does not fire": Fault(
        f"{PATTERNS}/event_starts_run.py",
        '"shop.price-fell", resource=event)\n        emit_event("shop.price-fell", resource=event)',
        '"shop.price-rose", resource=event)\n        deadline -= 120',
        "tests/snippets/test_snippets.py -k 'event_starts and what'",
        "nothing has fired",
    ),
    "a trigger that fires each time": Fault(
        f"{PATTERNS}/event_starts_run.py",
        "within=timedelta(hours=1)",
        "within=timedelta(0)",
        "tests/snippets/test_snippets.py -k 'event_starts and what'",
        "+    #> 2 Scheduled",
    ),
    "a failure rate without crashed runs": Fault(
        f"{PATTERNS}/failure_rate.py",
        'count(name, "Failed", "Crashed")',
        'count(name, "Failed")',
        "tests/snippets/test_snippets.py -k 'failure_rate and what'",
        "11.4%",
    ),
    "a plot of another history": Fault(
        "docs/patterns/pictures/fortnight.svg",
        "on day 10,",
        "on day 11,",
        "tests/snippets/test_history.py",
        "make pictures",
    ),
    "a gap that is filled already": Fault(
        f"{PATTERNS}/exercise.py",
        "# <starter> # 2. Make this a flow.",
        "# <starter> @flow  # 2. Make this a flow.",
        "tests/consoles/test_consoles.py -k patterns/exercise",
        "4 of 5 still missing",
    ),
    # What module 7 adds: loads that may be repeated, a manifest, locks and an image of its own
    "a merge that matches nothing": Fault(
        f"{PIPELINE}/load_twice.py",
        "using batch using (sku, day)",
        "using batch on false",
        "tests/snippets/test_snippets.py -k 'load_twice and what'",
        "Merged: 72",
    ),
    "a lookback that is not looked at": Fault(
        f"{PIPELINE}/late_data.py",
        "max(night - lookback, NIGHTS[0])",
        "max(night, NIGHTS[0])",
        "tests/snippets/test_snippets.py -k 'late_data and what'",
        "'Monday': 36, 'Tuesday': 36",
    ),
    "a manifest's section that no page shows": Fault(
        f"{PIPELINE}/demo/shop.yaml",
        "spec:\n  type: Spec\n",
        "spec:\n  # --8<-- [start:unseen]\n  type: Spec\n  # --8<-- [end:unseen]\n",
        "tests/site/test_provenance.py -k are_used",
        "('pipeline/demo/shop.yaml', 'unseen')",
    ),
    "a choice that its lock does not hold": Fault(
        f"{PIPELINE}/demo/dbt.in",
        "dbt-duckdb==1.11.1 ",
        "dbt-duckdb==1.11.2 ",
        "tests/repository/test_repository.py -k 'beside and dbt'",
        "dbt.in: dbt-duckdb==1.11.2: run make lock",
    ),
    "an image on top of another version": Fault(
        f"{PIPELINE}/demo/Dockerfile",
        "FROM pricewatch:1.0.0",
        "FROM pricewatch:0.9.0",
        "tests/snippets/test_container_files.py -k image_is",
        "0.9.0",
    ),
    # The set-up check
    "a problem that is no failure": Fault(
        "course/setup/doctor.py", "return bool(problems)", "return 0", "tests/setup/test_check.py -k exit_code", "assert 0 == 1"
    ),
    "a missing Docker that ends the class": Fault(
        "course/setup/doctor.py", '"! Docker: you read', '"✕ Docker: you read', "tests/setup/test_check.py -k docker", "✕ Docker"
    ),
    "a package at another version": Fault(
        "course/setup/packages.py",
        'if have != pin["version"] else []',
        "if not have else []",
        "tests/setup/test_check.py -k locked",
        "✕ Packages",
    ),
    "a port's holder that is not found": Fault(
        "course/setup/ports.py",
        'LISTENS = Path("/proc/net"), "0A"',
        'LISTENS = Path("/proc/net"), "01"',
        "tests/setup/test_ports.py -k mended",
        "may not see",
    ),
    # Runs on this machine
    "a run that any page may start": Fault(
        "course/run/machine/server.py",
        'if socket.headers.get("origin") not in self.origins:',
        "if False:",
        "tests/live/test_live.py -k 'pages_are_refused and evil'",
        "DID NOT RAISE",
    ),
    "a run without a token": Fault(
        "course/run/machine/server.py",
        "if not hmac.compare_digest(",
        "if hmac.compare_digest(",
        "tests/live/test_live.py -k 'tokens and mistake'",
        "Failed",
    ),
    "a file that is anywhere": Fault(
        "course/run/machine/files.py",
        " and file in files()):",
        "):",
        "tests/live/test_live.py -k 'other_files and dask'",
        "test_other_files_are_refused",
    ),
    "a script in a page's text": Fault(
        f"{DOCS}/how-pipelines-fail.md",
        "# How production data pipelines fail\n",
        "# How production data pipelines fail\n\n<script>console.log(1)</script>\n",
        "tests/browser/test_pages.py -k 'accessible and how-pipelines-fail'",
        "Content Security Policy",
    ),
    "a build that is called as the one before": Fault(
        "course/site/offline.py",
        "hashlib.sha256(file.content_bytes).digest()",
        "b''",
        "tests/browser/test_offline.py -k named",
        "test_a_build_is_named_by_what_it_holds",
    ),
    "a marker that is not true": Fault(
        "course/run/page/where.json",
        '"negative-engineering/crash.py": ""',
        '"negative-engineering/crash.py": "It starts threads, and a page\'s Python has one."',
        "tests/browser/test_run.py -k 'marker and crash'",
        "where.json is stale: run make update",
    ),
    # The dev container
    "a dev container that starts nothing": Fault(
        ".devcontainer/devcontainer.json",
        '"make live"',
        '"make alive"',
        "tests/repository/test_repository.py -k 'targets and devcontainer'",
        "alive",
    ),
    "a port that is not forwarded": Fault(
        ".devcontainer/devcontainer.json",
        "[8000, 4200, 8787]",
        "[8000, 4201, 8787]",
        "tests/snippets/test_container_files.py -k forwards",
        "4201",
    ),
    # The machinery
    "an action that is not pinned": Fault(
        ".github/workflows/site.yml",
        "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8",
        "actions/checkout@v5",
        "tests/repository/test_repository.py -k workflow_is",
        "actions/checkout@v5",
    ),
    "a command that is no target": Fault(
        "README.md", "then `make update`", "then `make outputs`", "tests/repository/test_repository.py -k targets", "outputs"
    ),
    "a word that is misspelt": Fault(
        "STYLE.md", "# How we write", "# How we wirte", "tests/repository/test_repository.py -k spelt", "wirte"
    ),
}
