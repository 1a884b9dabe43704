import Foundation
import ImportCore

/// A whole block file, open for reading: every byte that it gives has been checked.
final class BlockFile: Sendable {
    let path: String
    let count: Int
    let facts: [UInt8]
    let places: [UInt64]
    private let descriptor: FileDescriptor
    private let kind: BlockFileKind

    /// Opens a file and checks its head and its foot. Nil where there is none.
    init?(_ path: String, kind: BlockFileKind) throws(BaselineError) {
        guard let descriptor = try Self.open(path) else { return nil }
        let foot = try Self.foot(of: descriptor, path: path, kind: kind)
        switch foot.finding {
        case .foreign?: throw .foreign(path: path)
        case .newer(let version)?: throw .newer(path: path, version: version, known: kind.version)
        case .damaged(let detail)?: throw .damaged(path: path, detail: detail)
        case nil: break
        }
        self.path = path
        self.kind = kind
        self.descriptor = descriptor
        count = foot.count
        facts = foot.facts
        places = foot.places
    }

    private static func open(_ path: String) throws(BaselineError) -> FileDescriptor? {
        do throws(SystemError) {
            switch try FileKind(at: path) {
            case nil: return nil
            case .regular?: return try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW)
            default: throw SystemError(code: ELOOP)
            }
        } catch {
            throw failure(error, path: path)
        }
    }

    private static func foot(
        of descriptor: borrowing FileDescriptor, path: String, kind: BlockFileKind
    ) throws(BaselineError) -> Foot {
        do throws(SystemError) {
            return try Foot(descriptor, kind: kind)
        } catch {
            throw failure(error, path: path)
        }
    }

    private static func failure(_ error: SystemError, path: String) -> BaselineError {
        error.code == ELOOP ? .notAFile(path: path) : .cannotRead(path: path, reason: error.text)
    }

    /// Entries from a place on; the blocks that they stand in are checked as a whole.
    func entries<Entry: BlockEntry>(_: Entry.Type, from start: Int, count wanted: Int) throws(BaselineError) -> [Entry]
    {
        precondition(start >= 0 && start + wanted <= count, "a block file is asked for entries that it has")
        guard wanted > 0 else { return [] }
        let layout = kind.layout
        let first = start / BlockLayout.entriesInBlock
        let last = (start + wanted - 1) / BlockLayout.entriesInBlock
        let offset = layout.offset(ofBlock: first)
        let length = min(layout.offset(ofBlock: last + 1), layout.end(ofEntries: count)) - offset
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try descriptor.read(length, at: offset)
        } catch {
            throw .cannotRead(path: path, reason: error.text)
        }
        guard bytes.count == length else { throw .damaged(path: path, detail: "it was cut short") }
        var entries: [Entry] = []
        entries.reserveCapacity(wanted)
        let isSound = bytes.withUnsafeBytes { bytes in
            for block in first...last {
                let held = BlockLayout.entries(inBlock: block, of: count)
                let from = (block - first) * layout.blockBytes
                let content = UnsafeRawBufferPointer(rebasing: bytes[from..<from + held * layout.entryBytes])
                let stated: UInt64 = bytes.integer(at: from + content.count)
                guard BlockLayout.checksum(content, seed: block) == stated else { return false }
                let base = block * BlockLayout.entriesInBlock
                for index in max(start - base, 0)..<min(start + wanted - base, held) {
                    let range = index * layout.entryBytes..<(index + 1) * layout.entryBytes
                    guard let entry = Entry(UnsafeRawBufferPointer(rebasing: content[range])) else { return false }
                    entries.append(entry)
                }
            }
            return true
        }
        guard isSound else {
            throw .damaged(
                path: path, detail: "entries from \(first * BlockLayout.entriesInBlock + 1) on are not as written")
        }
        return entries
    }
}

/// What a block file's ends say of it.
private struct Foot {
    enum Finding { case foreign, newer(Int), damaged(String) }

    var count = 0
    var facts: [UInt8] = []
    var places: [UInt64] = []
    var finding: Finding?

    init(_ descriptor: borrowing FileDescriptor, kind: BlockFileKind) throws(SystemError) {
        guard let size = try descriptor.regularSize() else { throw SystemError(code: ELOOP) }
        let head = try descriptor.read(BlockLayout.headBytes, at: 0)
        guard head.starts(with: kind.magic), head.count == BlockLayout.headBytes else {
            finding = size < BlockLayout.headBytes ? .damaged("it was cut short") : .foreign
            return
        }
        let version = head.withUnsafeBytes { Int($0.integer(at: 8) as UInt32) }
        guard version <= kind.version else {
            finding = .newer(version)
            return
        }
        guard version > 0, size >= BlockLayout.headBytes + BlockLayout.tailBytes,
            head.withUnsafeBytes({ Int($0.integer(at: 12) as UInt32) }) == kind.entryBytes
        else {
            finding = .damaged("it was cut short")
            return
        }
        let tail = try descriptor.read(BlockLayout.tailBytes, at: size - BlockLayout.tailBytes)
        let numbers = tail.withUnsafeBytes { bytes in (0..<4).map { bytes.integer(at: $0 * 8) as UInt64 } }
        let isOurs = tail.suffix(8).elementsEqual(kind.magic) && numbers.prefix(3).allSatisfy { $0 < 1 << 48 }
        guard isOurs else {
            finding = .damaged("it was cut short")
            return
        }
        let (entries, placeBytes, factBytes) = (Int(numbers[0]), Int(numbers[1]), Int(numbers[2]))
        let start = kind.layout.end(ofEntries: entries)
        guard placeBytes % 8 == 0, start + placeBytes + factBytes + BlockLayout.tailBytes == size else {
            finding = .damaged("its parts are not as long as it says")
            return
        }
        let foot = try descriptor.read(placeBytes + factBytes, at: start)
        let checksum = foot.withUnsafeBytes { BlockLayout.checksum($0, seed: entries) }
        guard foot.count == placeBytes + factBytes, checksum == numbers[3] else {
            finding = .damaged("what it says of itself is not as written")
            return
        }
        count = entries
        places = foot.withUnsafeBytes { bytes in (0..<placeBytes / 8).map { bytes.integer(at: $0 * 8) } }
        facts = Array(foot[placeBytes...])
    }
}
