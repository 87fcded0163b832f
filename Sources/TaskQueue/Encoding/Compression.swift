/// How a body may be compressed (`celery-wire`, section 2.2).
package enum Compression: String, CaseIterable, Sendable {
    /// A zlib stream (RFC 1950), whatever its name says.
    case zlib = "application/x-gzip"
    case bzip2 = "application/x-bz2"
    case xz = "application/x-lzma"
}

/// What came of undoing a compression.
package enum Decompressed: Equatable, Sendable {
    case bytes([UInt8])
    case damaged
    /// There are more bytes than there may be, or it takes too much memory to undo.
    case tooLarge
}

/// Undoes a compression.
///
/// The core has no C library, so a program brings it.
///
/// - Parameter limit: bytes that the result may have at most.
package typealias Decompressor =
    @Sendable (_ bytes: [UInt8], _ compression: Compression, _ limit: Int) -> Decompressed
