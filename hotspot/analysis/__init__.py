"""Floor 4: from a question and incidents to an answer, one layer or one report.

The way of a question, and the modules on it:

- asking: ``question``, ``selection``, ``points``, ``harm``, ``placing``
- answering: ``run`` (a layer), ``reports`` (a report), ``task`` (what a maker is given and hands back),
  ``decisions``, ``guards``, ``dress``, ``shapes``, ``text``, ``tables``, ``layer``
- the methods: ``methods`` (the table of them), ``makers`` (one module each)

What makers share:

- places that incidents are counted in: ``cells``, ``hotcells``, ``reach``, ``rates``; their p-values:
  ``chance``, ``likeness``
- incidents smoothed or clustered: ``smoothing``, ``contours``, ``expectation``, ``clusters``, ``k_distance``
- days, steps and windows: ``days``, ``coverage``, ``steps``, ``cube``, ``windows``, ``before_after``
- hotspots drawn and ranked: ``zones``, ``ranking``
- how useful and how stable they are: ``holdout``, ``in_turn``, ``cluster_scores``, ``rivals``, ``contest``,
  ``stability``
- tables: ``behind`` (those of every layer), ``week``, ``emerging_tables``, ``near_repeat_tables``; the plan
  of a scan: ``scan_plan``

Two layers beside each other: ``identity``, ``matching``.
"""
