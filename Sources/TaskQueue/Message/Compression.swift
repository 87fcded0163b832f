/// How a body may be compressed (`celery-wire`, section 2.2).
package enum Compression: String, CaseIterable, Sendable {
    /// A zlib stream (RFC 1950), whatever its name says.
    case zlib = "application/x-gzip"
    case bzip2 = "application/x-bz2"
    case xz = "application/x-lzma"
}

/// Undoes a compression.
///
/// The core has no C library, so a program brings it.
///
/// - Parameters:
///   - limit: bytes that the result may have at most.
/// - Returns: `nil` if the bytes are damaged, or the result would be larger.
package typealias Decompressor =
    @Sendable (_ bytes: [UInt8], _ compression: Compression, _ limit: Int) -> [UInt8]?
