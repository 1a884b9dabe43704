package import ImportCore

/// The records of a list of files, in order: reads their bytes, cuts them into pieces, and keeps count of where the
/// pieces really ended.
///
/// Pieces are cut where a record probably ends. When one turns out to end elsewhere, the bytes behind it are fed again
/// from there; until a piece has ended as promised, only one is in flight.
package actor FileRecordSource<Format: PieceFormat>: RecordSource {
    /// One file: what it is called, how it is read, and where its records begin.
    package struct File: Sendable {
        package var name: String
        package var path: String
        package var format: Format
        package var start: SourcePosition
        /// For what cannot be opened again: the descriptor, and the bytes already taken from it.
        package var stream: OpenStream?
        /// How it is packed; nil for a file that is read as it is.
        package var packing: Packing?
        /// Where it is not read from its first record on: what is known of it, which ends with its start or behind it.
        var grown: GrownFile?

        package init(
            name: String, path: String, format: Format, start: SourcePosition, stream: OpenStream? = nil,
            packing: Packing? = nil, grown: GrownFile? = nil
        ) {
            self.name = name
            self.path = path
            self.format = format
            self.start = start
            self.stream = stream
            self.packing = packing
            self.grown = grown
        }

        /// The state at its start; nil where records cannot begin there.
        var state: Format.State? { format.state(text: start.state) }
    }

    package struct Piece: Sendable {
        fileprivate var sequence: Int
        fileprivate var file: Int
        fileprivate var bytes: [UInt8]
        fileprivate var state: Format.State
        /// The state promised where the bytes end; nil where nothing is.
        fileprivate var promised: Format.State?
        fileprivate var isEnd: Bool
        /// What lies behind is only looked at: it begins a piece of its own.
        fileprivate var stop: Int
    }

    package struct Mark: Sendable {
        fileprivate var consumed: Int
        fileprivate var records: Int
        fileprivate var lines: Int
        fileprivate var state: Format.State
    }

    /// 768 KiB: big enough that cutting and handing over cost next to nothing, small enough that a piece and its fields
    /// stay near a core.
    package static var pieceBytes: Int { 768 << 10 }

    private let files: [File]
    private let pieceBytes: Int
    private let takesFingerprints: Bool
    private let executor = BlockingExecutor(label: "file-reading")
    package nonisolated let fileNames: [String]
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private var reader: BlockReader?
    private var readFiles: [SourceFingerprint] = []
    /// Bytes read and not yet given out, and where in the file they begin.
    private var carry: ArraySlice<UInt8> = []
    private var carryOffset = 0
    private var carryState: Format.State
    /// Where the next piece to be accepted begins, and in which state.
    private var position: SourcePosition
    private var inFlight: [Piece] = []
    private var nextSequence = 0
    /// Pieces with smaller numbers are stale.
    private var oldestValid = 0
    private var isCautious = false
    /// At least so many bytes go into the next piece, whole; set when fewer were not enough to get on.
    private var wanted = 0
    private var isFileGivenOut = false

    /// A position of an earlier reading at which a batch shall end here too; nil for none.
    private let barrier: SourcePosition?
    private var failure: InputError?

    /// - Parameter barrier: a position of an earlier reading at which a batch shall end, so that what lies before it can
    ///   be told from what lies behind.
    package init(
        files: [File], barrier: SourcePosition? = nil, takesFingerprints: Bool = true,
        pieceBytes: Int = FileRecordSource.pieceBytes
    ) {
        self.takesFingerprints = takesFingerprints
        precondition(!files.isEmpty, "a source has at least one file")
        self.files = files
        self.pieceBytes = pieceBytes
        fileNames = files.map(\.name)
        position = files[0].start
        carryState = files[0].state ?? files[0].format.initial
        self.barrier = barrier
    }

    // MARK: - Cutting

    package func nextPiece() throws -> NextPiece<Piece> {
        if let failure { throw failure }
        if (isCautious || isFileGivenOut) && !inFlight.isEmpty { return .later }
        guard position.file < files.count else { return .end }
        let file = files[position.file]
        let reader = try openReader()
        let needed = max(pieceBytes, wanted)
        if carry.count < needed && !reader.isAtEnd {
            carry = try reader.read(needed - carry.count, behind: carry)[...]
        }
        while true {
            if let length = lengthToBarrier(), length <= carry.count {
                // A record before the barrier may have been found broken by what stands behind it.
                if isCautious { return .piece(give(carry.count, promised: nil, isEnd: reader.isAtEnd, stop: length)) }
                // The state at the barrier is known from the earlier reading.
                let state = barrier.flatMap { file.format.state(text: $0.state) }
                return .piece(give(length, promised: state ?? file.format.initial, isEnd: false))
            }
            if reader.isAtEnd { return .piece(give(carry.count, promised: nil, isEnd: true)) }
            if wanted > 0 {
                if carry.count >= wanted { return .piece(give(carry.count, promised: nil, isEnd: false)) }
            } else if let cut = carry.withUnsafeBufferPointer({ file.format.cut($0, from: carryState) }) {
                return .piece(give(cut.length, promised: cut.state, isEnd: false))
            } else if carry.count >= file.format.window {
                isCautious = true
                return .piece(give(carry.count, promised: nil, isEnd: false))
            }
            carry = try reader.read(max(pieceBytes, carry.count), behind: carry)[...]
        }
    }

    private func openReader() throws -> BlockReader {
        if let reader { return reader }
        let file = files[position.file]
        let reader: BlockReader
        if let grown = file.grown {
            reader = try Self.reader(of: file, behind: grown, takesFingerprint: takesFingerprints)
        } else {
            reader = try BlockReader(
                path: file.path, stream: file.stream, packing: file.packing, shown: file.name,
                takesFingerprint: takesFingerprints)
            // What stands before the first record was read when the file was opened, and is hashed with the rest.
            _ = try reader.read(file.start.offset, behind: [])
        }
        carryOffset = file.start.offset
        self.reader = reader
        return reader
    }

    /// Goes on where a file is settled, as if all before it had been read: the hashes of its blocks are known.
    private static func reader(
        of file: File, behind grown: GrownFile, takesFingerprint: Bool
    ) throws(InputError) -> BlockReader {
        let blocks = takesFingerprint ? file.start.offset / BlockHasher.blockBytes : 0
        let offset = takesFingerprint ? blocks * BlockHasher.blockBytes : file.start.offset
        let reader = try BlockReader(
            path: file.path, shown: file.name, offset: offset, takesFingerprint: takesFingerprint,
            hashed: Array(grown.settled.fingerprint.blocks.prefix(blocks)))
        let seen = BlockReader.Metadata(size: grown.size, modified: grown.modified, inode: grown.inode)
        guard reader.metadata == seen else { throw .changedWhileRead(path: file.name) }
        _ = try reader.read(file.start.offset - offset, behind: [])
        return reader
    }

    /// How far it is to the barrier, where it lies ahead in this file.
    private func lengthToBarrier() -> Int? {
        guard let barrier, barrier.file == position.file, barrier.offset > carryOffset else { return nil }
        return barrier.offset - carryOffset
    }

    private func give(_ length: Int, promised: Format.State?, isEnd: Bool, stop: Int? = nil) -> Piece {
        let bytes: [UInt8]
        if length == carry.count {
            bytes = Array(carry)
            carry = []
        } else {
            let rest = Array(carry.dropFirst(length))
            var whole = Array(carry)
            carry = []
            whole.removeLast(rest.count)
            bytes = whole
            carry = rest[...]
        }
        let piece = Piece(
            sequence: nextSequence, file: position.file, bytes: bytes, state: carryState, promised: promised,
            isEnd: isEnd, stop: stop ?? length)
        nextSequence += 1
        carryOffset += length
        if let promised { carryState = promised }
        if isEnd { isFileGivenOut = true }
        wanted = 0
        inFlight.append(piece)
        return piece
    }

    // MARK: - Reading

    package nonisolated func read(_ piece: Piece) -> (batch: RecordBatch, mark: Mark) {
        let result = files[piece.file].format.read(
            piece.bytes, from: piece.state, isEnd: piece.isEnd, stop: piece.stop)
        let mark = Mark(
            consumed: result.consumed, records: result.batch.records.count, lines: result.lines, state: result.state)
        return (result.batch, mark)
    }

    // MARK: - Taking back

    package func accept(_ piece: Piece, _ mark: Mark) -> BatchSpan? {
        guard piece.sequence >= oldestValid else { return nil }
        precondition(inFlight.first?.sequence == piece.sequence, "pieces are accepted in the order they were given")
        inFlight.removeFirst()

        var end = position
        end.offset += mark.consumed
        end.record += mark.records
        end.line += mark.lines
        end.state = files[piece.file].format.text(of: mark.state)
        if let barrier, !reaches(barrier, piece, end: end) {
            failure = .changed(
                path: files[piece.file].name,
                what: "it is read otherwise than before; are its dialect or the plan's limits others now?")
            oldestValid = nextSequence
            return nil
        }
        let span = BatchSpan(start: position, end: end)
        position = end

        if piece.isEnd && piece.stop == piece.bytes.count {
            precondition(mark.consumed == piece.bytes.count, "the end of a file is always read to its last byte")
            endFile()
            return span
        }
        if mark.consumed == piece.bytes.count && mark.state == piece.promised {
            isCautious = false
        } else {
            goBack(to: piece, mark)
        }
        return span
    }

    /// Whether a piece leads to the barrier, or does not concern it. It may not, where limits or the dialect have changed
    /// since: then no record before the barrier can be told from one behind it.
    private func reaches(_ barrier: SourcePosition, _ piece: Piece, end: SourcePosition) -> Bool {
        guard piece.file == barrier.file, position.offset < barrier.offset else { return true }
        if end.offset == barrier.offset {
            // The end of a file may make a record of its own, of no bytes: it comes with the next piece.
            let isFileEnd = reader?.byteCount == end.offset || (reader?.isAtEnd == true && carry.isEmpty)
            return end.record == barrier.record || (isFileEnd && end.record < barrier.record)
        }
        let isStuck = piece.stop < piece.bytes.count && end.offset == position.offset
        let sawAll = piece.isEnd || piece.bytes.count >= files[piece.file].format.window
        return end.offset < barrier.offset && !(isStuck && sawAll)
    }

    private func endFile() {
        if let reader { remember(reader.fingerprint) }
        reader = nil
        carry = []
        isFileGivenOut = false
        isCautious = false
        let next = position.file + 1
        position = next < files.count ? files[next].start : SourcePosition(file: next, offset: 0, record: 0, line: 0)
        if next < files.count { carryState = files[next].state ?? files[next].format.initial }
    }

    /// Takes back the bytes behind what was really read.
    private func goBack(to piece: Piece, _ mark: Mark) {
        var bytes = Array(piece.bytes[mark.consumed...])
        for stale in inFlight { bytes += stale.bytes }
        bytes += carry
        carry = bytes[...]
        carryOffset = position.offset
        carryState = mark.state
        inFlight = []
        oldestValid = nextSequence
        isCautious = true
        isFileGivenOut = false
        wanted = mark.consumed == 0 ? piece.bytes.count * 2 : 0
    }

    // MARK: - Fingerprints

    private func remember(_ fingerprint: SourceFingerprint) {
        while readFiles.count <= position.file {
            let file = files[readFiles.count]
            readFiles.append(
                SourceFingerprint(
                    name: file.name, size: nil, modified: nil, inode: nil, blocks: [], rest: "", read: 0,
                    endsWithNewline: true))
        }
        readFiles[position.file] = fingerprint
        readFiles[position.file].name = files[position.file].name
    }

    /// What of the files was read so far.
    package func fingerprints() -> [SourceFingerprint] {
        if let reader { remember(reader.fingerprint) }
        return readFiles
    }
}
