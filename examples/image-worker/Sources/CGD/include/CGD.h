#pragma once
#include <gd.h>

/// Keeps the reasons that libgd gives for failures, which it prints to standard error otherwise.
void cgd_keep_reasons(void);

/// Forgets what was kept on this thread.
void cgd_forget_reason(void);

/// Why a call of libgd has failed last on this thread; empty: it gave no reason.
const char *cgd_reason(void);
