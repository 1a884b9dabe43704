import Foundation
import ImportCore

/// A block file on its way: written beside its name with the ending `.part`, and given the name when it is whole and on
/// the disk. Where it is let go before, the part is removed.
final class BlockFileWriter {
    /// Written out at a time.
    private static let portion = 512 << 10

    private let path: String
    private let part: String
    private let kind: BlockFileKind
    private var descriptor: FileDescriptor?
    /// Whole blocks and the one that is being filled, not yet written.
    private var pending: [UInt8] = []
    private var filled = 0
    private var openBlockStart = 0
    private(set) var count = 0
    private var isFinished = false

    init(_ path: String, kind: BlockFileKind) throws(BaselineError) {
        self.path = path
        self.kind = kind
        part = path + ".part"
        pending = [UInt8](repeating: 0, count: Self.portion + kind.layout.blockBytes)
        do throws(SystemError) {
            guard unlink(part) == 0 || errno == ENOENT else { throw .current }
            let descriptor = try FileDescriptor(opening: part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
            var head = kind.magic
            head.append(littleEndian: UInt32(kind.version))
            head.append(littleEndian: UInt32(kind.entryBytes))
            try descriptor.write(head)
            self.descriptor = consume descriptor
        } catch {
            throw .cannotWrite(path: path, reason: error.text)
        }
    }

    deinit { if !isFinished { unlink(part) } }

    func append(_ entries: some Sequence<some BlockEntry>) throws(BaselineError) {
        let size = kind.entryBytes
        for entry in entries {
            pending.withUnsafeMutableBytes { bytes in
                entry.write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[filled..<filled + size]))
            }
            filled += size
            count += 1
            if count % BlockLayout.entriesInBlock == 0 { try endBlock() }
        }
    }

    private func endBlock() throws(BaselineError) {
        let block = (count - 1) / BlockLayout.entriesInBlock
        pending.withUnsafeMutableBytes { bytes in
            let content = UnsafeRawBufferPointer(rebasing: bytes[openBlockStart..<filled])
            bytes.put(BlockLayout.checksum(content, seed: block), at: filled)
        }
        filled += 8
        openBlockStart = filled
        if filled >= Self.portion { try flush() }
    }

    private func flush() throws(BaselineError) {
        try guarded { () throws(SystemError) in try descriptor?.write(pending[..<filled]) }
        filled = 0
        openBlockStart = 0
    }

    /// Ends the entries: from now on they can be looked at and changed, and none is added.
    func endEntries() throws(BaselineError) {
        if count % BlockLayout.entriesInBlock != 0 { try endBlock() }
        if filled > 0 { try flush() }
        pending = []
    }

    /// Shows the entries of a block, and keeps what is changed about them. After `endEntries`.
    func revise<Entry: BlockEntry>(block: Int, _ body: (inout [Entry]) -> Bool) throws(BaselineError) {
        let layout = kind.layout
        let held = BlockLayout.entries(inBlock: block, of: count)
        let offset = layout.offset(ofBlock: block)
        let length = held * layout.entryBytes
        var bytes = try read(length, at: offset)
        var entries = bytes.withUnsafeBytes { bytes in
            (0..<held).compactMap { index in
                let range = index * layout.entryBytes..<(index + 1) * layout.entryBytes
                return Entry(UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
        guard entries.count == held else { throw .damaged(path: path, detail: "it changed while it was written") }
        guard body(&entries) else { return }
        bytes.withUnsafeMutableBytes { bytes in
            for (index, entry) in entries.enumerated() {
                let range = index * layout.entryBytes..<(index + 1) * layout.entryBytes
                entry.write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[range]))
            }
        }
        bytes.append(littleEndian: bytes.withUnsafeBytes { BlockLayout.checksum($0, seed: block) })
        try guarded { () throws(SystemError) in try descriptor?.write(bytes, at: offset) }
    }

    /// Makes the file whole and durable under its name.
    func finish(places: [UInt64], facts: [UInt8]) throws(BaselineError) {
        if !pending.isEmpty { try endEntries() }
        var foot: [UInt8] = []
        foot.reserveCapacity(places.count * 8 + facts.count + BlockLayout.tailBytes)
        for word in places { foot.append(littleEndian: word) }
        foot += facts
        let checksum = foot.withUnsafeBytes { BlockLayout.checksum($0, seed: count) }
        for number in [UInt64(count), UInt64(places.count * 8), UInt64(facts.count), checksum] {
            foot.append(littleEndian: number)
        }
        foot += kind.magic
        try guarded { () throws(SystemError) in
            try descriptor?.write(foot, at: kind.layout.end(ofEntries: count))
            try descriptor?.synchronize()
            try descriptor.take()?.close()
            guard rename(part, path) == 0 else { throw .current }
            isFinished = true
            try FileDescriptor.synchronizeFolder(folder(of: path))
        }
    }

    private func read(_ length: Int, at offset: Int) throws(BaselineError) -> [UInt8] {
        var bytes: [UInt8] = []
        try guarded { () throws(SystemError) in bytes = try descriptor?.read(length, at: offset) ?? [] }
        guard bytes.count == length else { throw .damaged(path: path, detail: "it changed while it was written") }
        return bytes
    }

    private func guarded(_ work: () throws(SystemError) -> Void) throws(BaselineError) {
        do throws(SystemError) { try work() } catch { throw .cannotWrite(path: path, reason: error.text) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
