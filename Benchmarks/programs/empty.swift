// Does nothing: what starting any Swift program with a static runtime costs.
