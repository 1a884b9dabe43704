import ImportCore

/// How a file of records is packed: compressed, a member of a zip archive, or a compressed member of one.
package struct Packing: Sendable, Equatable {
    /// The member of the archive; nil for a file that is only compressed.
    var member: ZipMember?
    var compression: Compression?
    var limits: UnpackingLimits

    /// What `file` holds, unpacked. An archive is opened by its path, since it is read from its end.
    func open(_ file: DescriptorInput, path: String, shown: String) throws(InputError) -> any ByteInput {
        let outer: any ByteInput =
            if let member { try ZipMemberInput(path: path, member: member, shown: shown) } else { file }
        switch compression {
        case .gzip: return try InflateInput(outer, shown: shown)
        case .some(let compression): return try FilterInput(outer, compression, shown: shown)
        case nil: return outer
        }
    }
}

/// The ways in which one file is compressed, told by their magic numbers (file(1)'s), never by a file's name.
enum Compression: String, Sendable, CaseIterable {
    case gzip, zstd, xz, bzip2

    /// So many bytes are enough to tell.
    static let magicBytes = 6

    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .bzip2: [0x42, 0x5A, 0x68]
        }
    }

    init?(_ head: ArraySlice<UInt8>) {
        guard let found = Self.allCases.first(where: { head.starts(with: $0.magic) }) else { return nil }
        // A CSV may well begin with the letters BZh, but not with a digit and the number that follow them in bzip2.
        if found == .bzip2 {
            let rest = head.dropFirst(3)
            guard let level = rest.first, (0x31...0x39).contains(level),
                rest.dropFirst().first == 0x31 || rest.dropFirst().first == 0x17
            else { return nil }
        }
        self = found
    }

    static func isZip(_ head: ArraySlice<UInt8>) -> Bool {
        head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06])
    }
}

extension UnpackingLimits {
    /// Below this a ratio tells nothing: a short file of repeats is no bomb.
    private static let ratioJudgedFrom = 64 << 20

    func check(unpacked: Int, taken: Int, shown: String) throws(InputError) {
        if unpacked > bytes { throw .unpacksTooFar(path: shown, bytes: bytes) }
        if unpacked > Self.ratioJudgedFrom, unpacked / max(taken, 1) > ratio {
            throw .unpacksTooMuch(path: shown, ratio: ratio)
        }
    }
}
