internal import OpenSSLHeaders
import TestSupport
import Testing

@Suite("what is declared of OpenSSL")
struct OpenSSLHeadersTests {
    @Test(
        "is what its headers declare: what differs does not compile",
        .requires(openssl_headers_are_there(), "OpenSSL's headers (libssl-dev)")
    )
    func agrees() {}
}
