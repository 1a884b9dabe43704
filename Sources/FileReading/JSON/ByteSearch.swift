#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

extension UnsafeBufferPointer<UInt8> {
    /// The first such byte at or behind `start`, at the speed of the C library.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard let baseAddress, start < count,
            let found = memchr(baseAddress + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(baseAddress)
    }

    /// The first byte at or behind `start` that is no white space; `count` when there is none.
    func firstNonBlank(from start: Int) -> Int {
        var index = start
        while index < count && Byte.isBlank(self[index]) { index += 1 }
        return index
    }
}
