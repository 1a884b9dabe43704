#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One conversion by iconv. Used by one task at a time.
final class Iconv {
    enum Ending {
        case allConverted
        /// What is left is the beginning of a character.
        case incomplete
        /// What is left begins with bytes that are no character.
        case impossible
        case outputFull
    }

    private let handle: iconv_t

    /// Nil where iconv does not know one of the encodings.
    init?(from: String, to: String) {
        guard let handle = iconv_open(to, from), handle != iconv_t(bitPattern: -1) else { return nil }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// Forgets what was converted before.
    func reset() { iconv(handle, nil, nil, nil, nil) }

    /// Converts as much as goes; both buffers are moved on to what is left of them.
    func convert(
        _ input: inout UnsafeBufferPointer<UInt8>, into output: inout UnsafeMutableBufferPointer<UInt8>
    ) -> Ending {
        run(&output) { to, toLeft in
            var from: UnsafeMutablePointer<CChar>? = input.baseAddress.map {
                UnsafeMutableRawPointer(mutating: $0).assumingMemoryBound(to: CChar.self)
            }
            var left = input.count
            defer { input = UnsafeBufferPointer(rebasing: input[(input.count - left)...]) }
            return iconv(handle, &from, &left, to, toLeft)
        }
    }

    /// Gives out what is kept back until it is known what follows.
    func finish(into output: inout UnsafeMutableBufferPointer<UInt8>) -> Ending {
        run(&output) { iconv(handle, nil, nil, $0, $1) }
    }

    private func run(
        _ output: inout UnsafeMutableBufferPointer<UInt8>,
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, UnsafeMutablePointer<Int>) -> Int
    ) -> Ending {
        var to: UnsafeMutablePointer<CChar>? = output.baseAddress.map {
            UnsafeMutableRawPointer($0).assumingMemoryBound(to: CChar.self)
        }
        var left = output.count
        let result = body(&to, &left)
        let reason = errno
        output = UnsafeMutableBufferPointer(rebasing: output[(output.count - left)...])
        guard result == -1 else { return .allConverted }
        switch reason {
        case EINVAL: return .incomplete
        case E2BIG: return .outputFull
        default: return .impossible
        }
    }

    /// A short text converted as a whole; nil where it cannot be, `incomplete` where it ends within a character.
    func convert(_ bytes: [UInt8]) -> (bytes: [UInt8], ending: Ending) {
        reset()
        var ending = Ending.allConverted
        let converted = [UInt8](unsafeUninitializedCapacity: bytes.count * 16 + 16) { space, count in
            bytes.withUnsafeBufferPointer { bytes in
                var (input, output) = (bytes, UnsafeMutableBufferPointer(rebasing: space[...]))
                ending = convert(&input, into: &output)
                if ending == .allConverted { ending = finish(into: &output) }
                count = space.count - output.count
            }
        }
        return (converted, ending)
    }
}
