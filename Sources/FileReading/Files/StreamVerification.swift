import ImportCore

/// Reads a stream to its end and compares it with what was read of it before, block by block, in the memory of one
/// block.
actor StreamVerification {
    private let executor = BlockingExecutor(label: "stream-verification")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func check(_ recorded: SourceFingerprint, path: String, stream: OpenStream) throws(InputError) {
        let reader = try BlockReader(path: path, stream: stream, takesFingerprint: true)
        while !reader.isAtEnd {
            _ = try reader.read(BlockHasher.blockBytes, behind: [])
            let now = reader.fingerprint
            let known = min(now.blocks.count, recorded.blocks.count)
            for block in 0..<known where now.blocks[block] != recorded.blocks[block] {
                throw changed(recorded, from: block)
            }
            guard now.read <= recorded.read else {
                throw .changed(path: recorded.name, what: "it holds more than it did")
            }
        }
        let now = reader.fingerprint
        guard now.read == recorded.read else { throw .changed(path: recorded.name, what: "it is shorter than it was") }
        guard now.rest == recorded.rest else { throw changed(recorded, from: recorded.blocks.count) }
    }

    private func changed(_ recorded: SourceFingerprint, from block: Int) -> InputError {
        .changed(
            path: recorded.name,
            what: "its bytes from \(block * BlockHasher.blockBytes) on are others than those that were read")
    }
}
