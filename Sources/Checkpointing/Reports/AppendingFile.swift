import Foundation

/// A file that grows at its end, made when its first byte comes, and cut back to what a checkpoint remembers.
///
/// Not shared: it belongs to one actor.
final class AppendingFile {
    let path: String
    /// Bytes written, and waiting to be written.
    private(set) var length = 0
    /// Whether the last bytes end a line; an empty file does.
    private(set) var endsWithNewline = true
    private let lineEnds: [[UInt8]]
    private var buffer: [UInt8] = []
    private var descriptor: FileDescriptor?
    private var isSynchronized = true
    private var failure: ReportError?

    /// What waits in memory before it is written, whoever forgets to flush.
    private static let bufferLimit = 1 << 20

    /// - Parameter lineEnds: what ends a line, all of one length.
    init(_ path: String, lineEnds: [[UInt8]] = [[UInt8(ascii: "\n")], [UInt8(ascii: "\r")]]) {
        self.path = path
        self.lineEnds = lineEnds
    }

    /// Keeps `committed` bytes: what stands behind them belongs to records that will be read again. With none left,
    /// there is no file.
    func cutBack(to committed: Int) throws(ReportError) {
        let found = try guarded { () throws(SystemError) in try FileKind(at: path) }
        var size = 0
        if case .regular(let bytes)? = found { size = bytes }
        guard size >= committed else { throw .tooShort(path: path, found: size, committed: committed) }
        length = committed
        guard found != nil else { return }
        if committed > 0 {
            try guarded { () throws(SystemError) in
                let descriptor = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW)
                let length = min(lineEnds[0].count, committed)
                var last: [UInt8] = []
                for offset in committed - length..<committed { last.append(try descriptor.byte(at: offset)) }
                endsWithNewline = lineEnds.contains(last)
            }
        }
        try guarded { () throws(SystemError) in
            if committed == 0 {
                guard unlink(path) == 0 else { throw .current }
            } else if size > committed {
                try open()
                try descriptor?.truncate(to: committed)
                try descriptor?.synchronize()
            }
        }
    }

    /// Takes back the last bytes that were appended; with none left, there is no file. They must end a line.
    func shorten(to length: Int) throws(ReportError) {
        precondition(length <= self.length, "a file is shortened to a length that it had")
        try write()
        try guarded { () throws(SystemError) in
            if length == 0 {
                try descriptor.take()?.close()
                guard unlink(path) == 0 || errno == ENOENT else { throw .current }
            } else {
                try descriptor?.truncate(to: length)
            }
        }
        isSynchronized = length == 0
        self.length = length
        endsWithNewline = true
    }

    func append(_ bytes: some Collection<UInt8>) throws(ReportError) {
        guard !bytes.isEmpty else { return }
        buffer.append(contentsOf: bytes)
        length += bytes.count
        // Bytes come in whole characters, so the end of a line is never in two parts.
        endsWithNewline = lineEnds.contains { buffer.suffix($0.count).elementsEqual($0) }
        if buffer.count >= Self.bufferLimit { try write() }
    }

    /// Returns when everything appended is on the disk.
    func flush() throws(ReportError) {
        try write()
        guard !isSynchronized else { return }
        try guarded { () throws(SystemError) in try descriptor?.synchronize() }
        isSynchronized = true
    }

    private func write() throws(ReportError) {
        guard !buffer.isEmpty else { return }
        try guarded { () throws(SystemError) in
            if descriptor == nil { try open() }
            isSynchronized = false
            try descriptor?.write(buffer)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func open() throws(SystemError) {
        let isNew = try FileKind(at: path) == nil
        descriptor = try FileDescriptor(opening: path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW)
        if isNew { try FileDescriptor.synchronizeFolder(folder(of: path)) }
    }

    /// The first failure is the last word: nobody knows what of the file is on the disk, so nothing is tried again.
    private func guarded<Value>(_ work: () throws(SystemError) -> Value) throws(ReportError) -> Value {
        if let failure { throw failure }
        do throws(SystemError) {
            return try work()
        } catch {
            let failure = ReportError.cannotWrite(path: path, reason: error.text)
            self.failure = failure
            throw failure
        }
    }
}
