import Foundation

/// Entries spread over 1,024 parts of a file that has no name, so that each part can be worked on in memory: ten million
/// records are ten thousand a part, a thousand million one million.
final class ScratchPartitions<Entry: BlockEntry> {
    static var partitions: Int { 1024 }
    /// About 8 KiB are written at a time, so that all parts together keep 8 MiB in memory.
    private static var entriesInChunk: Int { 8192 / Entry.byteCount }
    private static var chunkBytes: Int { entriesInChunk * Entry.byteCount }

    private let folder: String
    private var descriptor: FileDescriptor?
    private var buffer: [UInt8] = []
    private var filled = [Int](repeating: 0, count: ScratchPartitions.partitions)
    /// The numbers of the chunks of each part, in the order in which they were written.
    private var chunks = [[UInt32]](repeating: [], count: ScratchPartitions.partitions)
    private var written: UInt32 = 0
    private(set) var count = 0

    /// - Parameter folder: for temporary files.
    init(folder: String) { self.folder = folder }

    func append(_ entry: Entry, to partition: Int) throws(BaselineError) {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.partitions * Self.chunkBytes) }
        let offset = partition * Self.chunkBytes + filled[partition]
        buffer.withUnsafeMutableBytes { bytes in
            entry.write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + Entry.byteCount]))
        }
        filled[partition] += Entry.byteCount
        count += 1
        if filled[partition] == Self.chunkBytes { try spill(partition) }
    }

    private func spill(_ partition: Int) throws(BaselineError) {
        let start = partition * Self.chunkBytes
        do throws(SystemError) {
            if descriptor == nil { descriptor = try Self.unnamedFile(in: folder) }
            try descriptor?.write(buffer[start..<start + Self.chunkBytes], at: Int(written) * Self.chunkBytes)
        } catch {
            throw .scratch(folder: folder, reason: error.text)
        }
        chunks[partition].append(written)
        written += 1
        filled[partition] = 0
    }

    /// The entries of a part, in the order in which they were added.
    func entries(of partition: Int) throws(BaselineError) -> [Entry] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chunks[partition].count * Self.chunkBytes + filled[partition])
        for chunk in chunks[partition] {
            do throws(SystemError) {
                bytes += try descriptor?.read(Self.chunkBytes, at: Int(chunk) * Self.chunkBytes) ?? []
            } catch {
                throw .scratch(folder: folder, reason: error.text)
            }
        }
        let start = partition * Self.chunkBytes
        if filled[partition] > 0 { bytes += buffer[start..<start + filled[partition]] }
        let count = bytes.count / Entry.byteCount
        let entries = bytes.withUnsafeBytes { bytes in
            (0..<count).compactMap { index in
                let range = index * Entry.byteCount..<(index + 1) * Entry.byteCount
                return Entry(UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
        guard entries.count == chunks[partition].count * Self.entriesInChunk + filled[partition] / Entry.byteCount
        else {
            throw .scratch(folder: folder, reason: "what was written there comes back otherwise")
        }
        return entries
    }

    private static func unnamedFile(in folder: String) throws(SystemError) -> FileDescriptor {
        var template = Array("\(folder)/pingback-import-night-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw .current }
        unlink(template)
        defer { close(number) }
        return try FileDescriptor(duplicating: number)
    }
}
