#pragma once
// hiredis parses what a server answers (redisReader, for ReplyReader), and nothing else: sockets, TLS, time limits
// and commands are RedisTransport's own.
#include <hiredis/hiredis.h>
