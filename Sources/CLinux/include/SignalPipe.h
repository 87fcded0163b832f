#pragma once

/// Signals that `tq_write_signal` names are written to this descriptor from now on, a byte each: their
/// numbers. It does not wait. Returns the one before; -1: none.
int tq_write_signals(int descriptor);

/// Handles a signal that way wherever it is delivered: to a thread that does not block it.
int tq_write_signal(int signal);
