#include "CGD.h"
#include <stdarg.h>
#include <stdio.h>

// libgd hands a va_list to what it reports errors to, which Swift cannot take.
static _Thread_local char reason[256];

__attribute__((format(printf, 2, 0)))
static void keep(int priority, const char *format, va_list arguments) {
    (void)priority;
    // The first reason is the cause.
    if (reason[0] == 0) vsnprintf(reason, sizeof reason, format, arguments);
}

void cgd_keep_reasons(void) { gdSetErrorMethod(keep); }

void cgd_forget_reason(void) { reason[0] = 0; }

const char *cgd_reason(void) { return reason; }
