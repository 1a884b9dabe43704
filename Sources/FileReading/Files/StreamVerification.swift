import ImportCore

/// Reads what can only be read from its beginning, a stream or something packed, and compares it with what was read of it
/// before, block by block, in the memory of one block.
actor StreamVerification {
    private let executor = BlockingExecutor(label: "stream-verification")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The file must hold the same bytes, and no more.
    func check(_ recorded: SourceFingerprint, of file: OpenedSource.File) throws(InputError) {
        let reader = try file.reader(takesFingerprint: true)
        while !reader.isAtEnd {
            _ = try reader.read(BlockHasher.blockBytes, behind: [])
            try compare(reader.fingerprint, with: recorded)
            guard reader.fingerprint.read <= recorded.read else {
                throw .changed(path: recorded.name, what: "it holds more than it did")
            }
        }
        let now = reader.fingerprint
        guard now.read == recorded.read else { throw .changed(path: recorded.name, what: "it is shorter than it was") }
        guard now.rest == recorded.rest else { throw changed(recorded, from: recorded.blocks.count) }
    }

    /// The file must begin with the same bytes: it may have been read in part, and it may have grown behind a whole record.
    func checkBeginning(_ recorded: SourceFingerprint, of file: OpenedSource.File) throws(InputError) {
        let reader = try file.reader(takesFingerprint: true)
        while reader.fingerprint.read < recorded.read, !reader.isAtEnd {
            let left = recorded.read - reader.fingerprint.read
            _ = try reader.read(min(BlockHasher.blockBytes, left), behind: [])
            try compare(reader.fingerprint, with: recorded)
        }
        let now = reader.fingerprint
        guard now.read == recorded.read else { throw .changed(path: recorded.name, what: "it is shorter than it was") }
        guard now.rest == recorded.rest else { throw changed(recorded, from: recorded.blocks.count) }
        let isUntouched =
            now.size == recorded.size && now.modified == recorded.modified && now.inode == recorded.inode
        if !isUntouched, !recorded.endsWithNewline, try !reader.peek(1).isEmpty {
            throw .changed(path: recorded.name, what: "it has grown, and its last record had no line end then")
        }
    }

    /// Whether a file still begins with all that was read of it, whatever its metadata says.
    ///
    /// - Returns: what the file system said of it when the first byte was read; nil where it is another file now.
    func begins(with recorded: SourceFingerprint, path: String) throws(InputError) -> BlockReader.Metadata? {
        let reader = try BlockReader(path: path, takesFingerprint: true)
        guard let metadata = reader.metadata, metadata.size >= recorded.read else { return nil }
        while reader.fingerprint.read < recorded.read, !reader.isAtEnd {
            let known = reader.fingerprint.blocks.count
            _ = try reader.read(min(BlockHasher.blockBytes, recorded.read - reader.fingerprint.read), behind: [])
            let now = reader.fingerprint.blocks
            guard now.dropFirst(known).elementsEqual(recorded.blocks.dropFirst(known).prefix(now.count - known)) else {
                return nil
            }
        }
        let now = reader.fingerprint
        return now.read == recorded.read && now.rest == recorded.rest && now.blocks == recorded.blocks ? metadata : nil
    }

    private func compare(_ now: SourceFingerprint, with recorded: SourceFingerprint) throws(InputError) {
        let known = min(now.blocks.count, recorded.blocks.count)
        for block in 0..<known where now.blocks[block] != recorded.blocks[block] {
            throw changed(recorded, from: block)
        }
    }

    private func changed(_ recorded: SourceFingerprint, from block: Int) -> InputError {
        .changed(
            path: recorded.name,
            what: "its bytes from \(block * BlockHasher.blockBytes) on are others than those that were read")
    }
}
