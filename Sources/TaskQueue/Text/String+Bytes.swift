extension String {
    /// Whether one of its bytes is so.
    ///
    /// All are looked at, and so many at once: nearly no text of a log or a table has such a byte.
    @inlinable @inline(__always)
    package func hasByte(_ isSought: (UInt8) -> Bool) -> Bool {
        let found = utf8.withContiguousStorageIfAvailable { bytes in
            var found: UInt8 = 0
            for byte in bytes { found |= isSought(byte) ? 1 : 0 }
            return found != 0
        }
        return found ?? utf8.contains(where: isSought)
    }
}
