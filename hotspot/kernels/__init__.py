"""Compiled inner loops: what NumPy cannot say in one pass over the incidents.

Each module is one kernel: arrays in, arrays out, no checks, no defaults; the
module of `hotspot.stats` or `hotspot.places` that uses it checks and explains.
Importing one costs the import of numba (a third of a second) and, the first
time on a machine, its compilation; so a kernel is imported where it is called,
never at the head of another room's module, and never by the web process.
``python -m hotspot.kernels`` compiles them all, as ``make run`` and ``make
test`` do.

Each has a plain, obviously right form in ``tests/kernels`` that it must agree with.
"""
