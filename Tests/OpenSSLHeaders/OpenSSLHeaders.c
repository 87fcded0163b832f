#include "OpenSSLHeaders.h"

// Programs are built where OpenSSL's headers are not, and this beside them.
#if __has_include(<openssl/ssl.h>)

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "OpenSSL3.h"

_Static_assert(OPENSSL_VERSION_MAJOR == 3, "libssl.so.3 is what tq loads");

#define CONSTANT(name, value) _Static_assert(name == value, #name " is not " #value);
OPENSSL_CONSTANTS(CONSTANT)
OPENSSL_ERRORS(CONSTANT)

#define FUNCTION(result, name, parameters) \
    _Static_assert( \
        __builtin_types_compatible_p(__typeof__(&name), result(*) parameters), \
        #name " is declared otherwise");
OPENSSL_FUNCTIONS(FUNCTION)

bool openssl_headers_are_there(void) { return true; }

#else

bool openssl_headers_are_there(void) { return false; }

#endif
