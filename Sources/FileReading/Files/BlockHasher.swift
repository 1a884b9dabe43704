import CXXHash

/// Hashes each whole block of a file as it is read, so that a later run can tell whether what it skips is still the
/// same. XXH3 with 128 bits: it finds changes, not forgers, and costs a few per cent of reading.
final class BlockHasher {
    /// 8 MiB: a run's fingerprint of a 10 GB file is then 1,200 short strings.
    static let blockBytes = 8 << 20

    private let state: OpaquePointer
    private var filled = 0
    private(set) var blocks: [String]

    /// - Parameter blocks: the hashes of whole blocks that stand before what is given.
    init(behind blocks: [String] = []) {
        self.blocks = blocks
        guard let state = XXH3_createState() else { preconditionFailure("no memory for a hash's 576 bytes") }
        self.state = state
        XXH3_128bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    /// Bytes hashed so far.
    var count: Int { blocks.count * Self.blockBytes + filled }

    func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.blockBytes - filled)
            XXH3_128bits_update(state, UnsafeRawBufferPointer(rebasing: part).baseAddress, part.count)
            filled += part.count
            rest = rest.dropFirst(part.count)
            if filled == Self.blockBytes { endBlock() }
        }
    }

    /// The hash of the bytes since the last whole block.
    func partial() -> String { Self.text(XXH3_128bits_digest(state)) }

    /// The hash of one block, or of part of one.
    static func hash(_ block: [UInt8]) -> String {
        block.withUnsafeBytes { text(XXH3_128bits($0.baseAddress, $0.count)) }
    }

    private func endBlock() {
        blocks.append(partial())
        filled = 0
        XXH3_128bits_reset(state)
    }

    private static func text(_ hash: XXH128_hash_t) -> String {
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return hex(hash.high64) + hex(hash.low64)
    }
}
