"""MkDocs' hooks: for each event, the functions that take part, in the order in which they do."""

from mkdocs.plugins import CombinedEvent, event_priority

from course.exercises import source
from course.site import (
    blocks,
    csp,
    decks,
    figures,
    lessons,
    notebook_pages,
    notebooks,
    offline,
    run_buttons,
    search,
    stages,
    templates,
)

on_config = CombinedEvent(stages.on_config)
on_pre_build = CombinedEvent(source.on_pre_build)
on_files = CombinedEvent(
    event_priority(100)(notebooks.on_files),  # before mkdocs-jupyter, which makes pages of them
    decks.on_files,
    run_buttons.on_files,
    offline.on_files,
)
on_nav = CombinedEvent(search.on_nav)
on_page_markdown = CombinedEvent(
    decks.on_page_markdown,
    figures.on_page_markdown,
    blocks.on_page_markdown,
    notebook_pages.on_page_markdown,
    lessons.on_page_markdown,
)
on_page_content = CombinedEvent(notebook_pages.on_page_content)
on_page_context = CombinedEvent(decks.on_page_context)
on_env = CombinedEvent(templates.on_env)
on_post_build = CombinedEvent(search.on_post_build, csp.on_post_build)
