#pragma once
#include <stdbool.h>

/// Whether OpenSSL's headers were there to compare with. What differs from them does not compile.
bool openssl_headers_are_there(void);
