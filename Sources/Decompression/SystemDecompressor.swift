package import TaskQueue

#if Compression
internal import CCompression

/// Undoes the compressions that Celery may use, with the system's libraries.
package enum SystemDecompressor {
    /// A ``Decompressor``.
    @Sendable
    package static func decompress(
        _ bytes: [UInt8],
        _ compression: Compression,
        limit: Int
    ) -> Decompressed {
        switch compression {
        case .zlib: inflated(bytes, limit: limit)
        case .bzip2: unbzipped(bytes, limit: limit)
        case .xz: unxzed(bytes, limit: limit)
        }
    }

    private static func inflated(_ bytes: [UInt8], limit: Int) -> Decompressed {
        var stream = z_stream()
        guard tq_inflate_init(&stream) == Z_OK else { return .damaged }
        defer { inflateEnd(&stream) }
        return decoded(bytes, limit: limit) { input, output in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            let code = inflate(&stream, Z_NO_FLUSH)
            return Step(
                unread: Int(stream.avail_in),
                unwritten: Int(stream.avail_out),
                end: code == Z_STREAM_END ? true : code == Z_OK ? false : nil
            )
        }
    }

    private static func unbzipped(_ bytes: [UInt8], limit: Int) -> Decompressed {
        var stream = bz_stream()
        guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { return .damaged }
        defer { BZ2_bzDecompressEnd(&stream) }
        return decoded(bytes, limit: limit) { input, output in
            input.withMemoryRebound(to: CChar.self) { input in
                output.withMemoryRebound(to: CChar.self) { output in
                    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                    stream.avail_in = UInt32(input.count)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    let code = BZ2_bzDecompress(&stream)
                    return Step(
                        unread: Int(stream.avail_in),
                        unwritten: Int(stream.avail_out),
                        end: code == BZ_STREAM_END ? true : code == BZ_OK ? false : nil
                    )
                }
            }
        }
    }

    /// What a dictionary may take beside the result: the strongest preset of xz has one of 64 MiB.
    private static let xzMemory: UInt64 = 96 << 20

    private static func unxzed(_ bytes: [UInt8], limit: Int) -> Decompressed {
        var stream = tq_lzma_stream()
        guard lzma_auto_decoder(&stream, xzMemory, 0) == LZMA_OK else { return .damaged }
        defer { lzma_end(&stream) }
        return decoded(bytes, limit: limit) { input, output in
            stream.next_in = input.baseAddress
            stream.avail_in = input.count
            stream.next_out = output.baseAddress
            stream.avail_out = output.count
            let code = lzma_code(&stream, LZMA_RUN)
            return Step(
                unread: stream.avail_in,
                unwritten: stream.avail_out,
                end: code == LZMA_STREAM_END ? true : code == LZMA_OK ? false : nil,
                isTooLarge: code == LZMA_MEMLIMIT_ERROR
            )
        }
    }

    /// Where a library has come to.
    private struct Step {
        /// Bytes of the input that are left.
        let unread: Int
        /// Bytes of the output that are free.
        let unwritten: Int
        /// Whether the stream has ended; `nil`: it is damaged.
        let end: Bool?
        /// Whether it wants more memory than it is given.
        var isTooLarge = false
    }

    /// Gives a library its input, and room for output piece by piece, until the stream ends.
    private static func decoded(
        _ bytes: [UInt8],
        limit: Int,
        _ step: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Step
    ) -> Decompressed {
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 256 << 10)
        return bytes.withUnsafeBufferPointer { input in
            var rest = input
            while true {
                let next = piece.withUnsafeMutableBufferPointer { step(rest, $0) }
                let written = piece.count - next.unwritten
                guard let end = next.end else { return next.isTooLarge ? .tooLarge : .damaged }
                guard written <= limit - result.count else { return .tooLarge }
                result += piece[..<written]
                if end { return .bytes(result) }
                let read = rest.count - next.unread
                // No progress: the stream is cut short.
                guard read > 0 || written > 0 else { return .damaged }
                rest = UnsafeBufferPointer(rebasing: rest[read...])
            }
        }
    }
}
#else

/// Decompresses nothing: the package's trait Compression is off.
package enum SystemDecompressor {
    package static let decompress: Decompressor? = nil
}
#endif
