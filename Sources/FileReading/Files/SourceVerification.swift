package import ImportCore

/// Checks that the files of a run are still what they were when the run read them.
package enum SourceVerification {
    /// Compares each fingerprint with the file of the same place in the source. A file whose metadata is unchanged has
    /// only its first and last block read again; any other is read as far as it was. What is packed can only be read from
    /// its beginning: it is unpacked as far as it was, block by block.
    ///
    /// Standard input and pipes are not checked here: they can be read only once.
    package static func check(_ recorded: [SourceFingerprint], against opened: OpenedSource) async throws {
        for (index, fingerprint) in recorded.enumerated() {
            guard index < opened.files.count else {
                throw InputError.changed(
                    path: fingerprint.name, what: "it is no longer among the plan's files")
            }
            let file = opened.files[index]
            guard file.name.shown == fingerprint.name else {
                throw InputError.changed(path: fingerprint.name, what: "\(file.name.shown) stands in its place")
            }
            if file.stream != nil { continue }
            if file.packing == nil {
                try check(fingerprint, path: file.name.path)
            } else {
                try await StreamVerification().checkBeginning(fingerprint, of: file)
            }
        }
    }

    /// Checks that each file is, byte for byte as far as its metadata tells, the one that was read, and was read whole.
    ///
    /// What came through standard input or a pipe cannot change any more.
    package static func checkUntouched(
        _ read: [SourceFingerprint], since opened: OpenedSource
    ) throws(InputError) {
        guard read.count == opened.files.count else {
            throw .changed(path: opened.fileNames.joined(separator: ", "), what: "there are more or fewer files now")
        }
        for (fingerprint, file) in zip(read, opened.files) where file.stream == nil {
            guard fingerprint.name == file.name.shown else {
                throw .changed(path: fingerprint.name, what: "\(file.name.shown) stands in its place")
            }
            // How much there was to read is known of a file that is read as it is.
            guard let now = try BlockReader(path: file.name.path).metadata, now.size == fingerprint.size,
                file.packing != nil || now.size == fingerprint.read, now.modified == fingerprint.modified,
                now.inode == fingerprint.inode
            else { throw .changedWhileRead(path: fingerprint.name) }
        }
    }

    /// Checks what is fed anew through standard input or a pipe, by reading all of it: for a run that has nothing left
    /// to read. Each stream must hold the same bytes, and no more.
    package static func checkStreams(
        _ recorded: [SourceFingerprint], against opened: OpenedSource
    ) async throws {
        for (file, fingerprint) in zip(opened.files, recorded) {
            guard file.stream != nil else { continue }
            try await StreamVerification().check(fingerprint, of: file)
        }
    }

    private static func check(_ recorded: SourceFingerprint, path: String) throws(InputError) {
        let reader = try BlockReader(path: path)
        guard let now = reader.metadata else { return }
        if now.size < max(recorded.read, recorded.size ?? 0) {
            throw .changed(path: recorded.name, what: "it is shorter than it was")
        }
        if let size = recorded.size, now.size > size, recorded.read == size, !recorded.endsWithNewline {
            throw .changed(path: recorded.name, what: "it has grown, and its last record had no line end then")
        }
        let isUntouched =
            now.size == recorded.size && now.modified == recorded.modified && now.inode == recorded.inode
        let hashes = recorded.blocks + [recorded.rest]
        let wanted = isUntouched ? [0, hashes.count - 1] : Array(hashes.indices)
        for block in Set(wanted).sorted() {
            let start = block * BlockHasher.blockBytes
            let length = min(BlockHasher.blockBytes, recorded.read - start)
            guard try hash(path: path, from: start, length: length) == hashes[block] else {
                throw .changed(
                    path: recorded.name,
                    what: "its bytes from \(start) on are others than those that were read")
            }
        }
    }

    private static func hash(path: String, from start: Int, length: Int) throws(InputError) -> String {
        let reader = try BlockReader(path: path, offset: start)
        let bytes = try reader.read(length, behind: [])
        return BlockHasher.hash(bytes)
    }
}
