import FileReading
import FileReadingSupport
import ImportCore

/// Packed files. The first byte says what the rest is.
///
/// `@`: a file as it came. Opening and reading it gives records of no more bytes than the limit, or a refusal; twice the
/// same. Any other: what a container of ours is made around. It must read as the bytes alone do; with its end missing, or
/// a bit of it turned over, it must be refused.
enum ArchiveTarget {
    private static let mostBytes = 64 << 10

    static func check(_ input: [UInt8]) async throws {
        guard let first = input.first else { return }
        let bytes = Array(input.dropFirst())
        switch first {
        case UInt8(ascii: "@"):
            let reading = try await read(bytes)
            try await requireNone(reading.difference(from: read(bytes)), "read again")
        case UInt8(ascii: "A"): try await check(Container.gzip([bytes]), of: bytes)
        case UInt8(ascii: "B"):
            let (head, tail) = (bytes.prefix(bytes.count / 2), bytes.suffix((bytes.count + 1) / 2))
            try await check(Container.gzip([Array(head), Array(tail)]), of: bytes)
        case UInt8(ascii: "C"): try await check(Container.zip(bytes), of: bytes)
        case UInt8(ascii: "D"):
            let packed = Container.gzip([bytes])
            try await check(Container.zip(packed.bytes, packed.content), of: bytes)
        default: break
        }
    }

    private static func check(_ packed: Container, of bytes: [UInt8]) async throws {
        // What is packed twice is refused, whatever it is.
        guard !magics.contains(where: { bytes.starts(with: $0) }) else { return }
        let reading = try await read(packed.bytes)
        try await requireNone(reading.difference(from: read(bytes)), "packed, it reads otherwise")
        for missing in [1, 5, 9] where missing < packed.bytes.count {
            let cut = try await read(Array(packed.bytes.dropLast(missing)))
            try require(cut.isRefused, "with its last \(missing) bytes missing it is read")
        }
        guard !packed.content.isEmpty else { return }
        var flipped = packed.bytes
        flipped[packed.content.lowerBound + packed.content.count / 2] ^= 0x10
        let wrong = try await read(flipped)
        try require(wrong.isRefused, "with a bit turned over it is read")
    }

    private static let magics: [[UInt8]] = [
        [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37], [0x42, 0x5A, 0x68], [0x50, 0x4B],
    ]

    /// What opening and reading a file gave.
    private enum Reading {
        case records(RecordTranscript, headers: [[String]])
        /// The words without the file's name.
        case refused(String)

        var isRefused: Bool { if case .refused = self { true } else { false } }

        func difference(from other: Self) -> String? {
            switch (self, other) {
            case (.records(let one, let headers), .records(let another, let others)):
                return headers == others ? one.difference(from: another) : "the columns \(headers) and not \(others)"
            case (.refused(let one), .refused(let another)):
                return one == another ? nil : "\"\(one)\" and not \"\(another)\""
            default: return "\(self) and not \(other)"
            }
        }
    }

    private static func read(_ bytes: [UInt8]) async throws -> Reading {
        let path = try ScratchFile.shared.write(bytes)
        var unpacking = UnpackingLimits()
        unpacking.bytes = mostBytes
        do {
            let opened = try OpenedSource.open(
                [path], relativeTo: "", format: nil, dialect: SourceDescription.Dialect(), unpacking: unpacking)
            let columns = opened.headers.map { Array($0.names.indices) }
            let source = opened.records(RecordLayout("id"), columns: columns, limits: Limits())
            let transcript = try await transcript(source)
            let size = transcript.entries.reduce(0) { $0 + $1.raw.count }
            try require(size <= mostBytes * opened.fileNames.count, "\(size) bytes came out")
            return .records(transcript, headers: opened.headers.map(\.names))
        } catch let error as InputError {
            return .refused(error.report.message)
        }
    }

    private static func transcript(_ source: some RecordSource) async throws -> RecordTranscript {
        try await SourceReading.read(source).transcript
    }
}
