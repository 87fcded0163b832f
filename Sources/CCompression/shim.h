#pragma once
#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>

/// inflateInit is a macro that passes the library's version.
static inline int tq_inflate_init(z_stream *stream) { return inflateInit(stream); }

/// LZMA_STREAM_INIT is a macro that Swift cannot import.
static inline lzma_stream tq_lzma_stream(void) {
    lzma_stream stream = LZMA_STREAM_INIT;
    return stream;
}
