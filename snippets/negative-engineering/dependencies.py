"""A workflow is a graph: a step runs once the steps that it needs are done."""

from graphlib import TopologicalSorter

# --8<-- [start:graph]
needs = {
    "report": {"cheapest", "changes"},
    "cheapest": {"prices"},
    "changes": {"prices", "yesterday"},
    "prices": {"catalogue"},
}
graph = TopologicalSorter(needs)
graph.prepare()
while ready := graph.get_ready():
    print("Can run now:", *sorted(ready))
    #> Can run now: catalogue yesterday
    #> Can run now: prices
    #> Can run now: changes cheapest
    #> Can run now: report
    graph.done(*ready)
# --8<-- [end:graph]
