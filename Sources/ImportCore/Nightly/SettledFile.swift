/// How far a night has settled a file from its beginning: where the file only grows, the next night need not read so
/// much of it again.
///
/// Every record before `end` is in and as the baseline has it, or is passed over for good. One that was rejected,
/// refused, in doubt or not sent has to be looked at again, and ends what is settled.
package struct SettledFile: Sendable, Equatable, Codable {
    /// All that the night read of the file: what has to be the same for the records before `end` to be the same.
    package var fingerprint: SourceFingerprint
    package var end: SourcePosition
    /// Where its first record stands in the night's source, from 0 over all files.
    package var firstRecord: Int
    /// Where the entries of its records begin in the baseline, from 0; they stand there together, in the file's order.
    package var firstEntry: Int
    /// How many there are before `end`; the other records have none.
    package var entries: Int
    /// Those of the others that rules of the plan pass over. The rest repeat a key of the file.
    package var skips: Books.Skips

    package init(
        fingerprint: SourceFingerprint, end: SourcePosition, firstRecord: Int, firstEntry: Int, entries: Int,
        skips: Books.Skips
    ) {
        self.fingerprint = fingerprint
        self.end = end
        self.firstRecord = firstRecord
        self.firstEntry = firstEntry
        self.entries = entries
        self.skips = skips
    }

    package var records: Int { end.record }
}

/// A file of tonight's source that begins with what an earlier night has settled of it: its bytes were compared.
package struct GrownFile: Sendable, Equatable, Codable {
    /// Its number tonight, from 0; the earlier night may have had other files before it.
    package var file: Int
    package var settled: SettledFile
    /// What the file system said of it while its bytes were compared: whatever differs later was written since.
    package var size: Int
    package var modified: Int64
    package var inode: UInt64

    package init(file: Int, settled: SettledFile, size: Int, modified: Int64, inode: UInt64) {
        self.file = file
        self.settled = settled
        self.size = size
        self.modified = modified
        self.inode = inode
    }

    /// Where reading goes on.
    package var start: SourcePosition {
        var start = settled.end
        start.file = file
        return start
    }
}

/// A place of a file at which what is settled may end, since reading can go on there.
package struct NightMark: Sendable, Equatable, Codable {
    package var position: SourcePosition
    /// The records before it that rules of the plan pass over.
    package var skips: Books.Skips

    package init(position: SourcePosition, skips: Books.Skips) {
        self.position = position
        self.skips = skips
    }
}

/// The marks of a file, so many at most that its size does not matter: where there are more, every other one is left out.
struct NightMarks: Sendable {
    /// A file with one record that cannot be settled is read again from at most a 64th of it before that record.
    static let most = 128

    private(set) var marks: [NightMark] = []
    /// One batch in so many leaves a mark.
    private var stride = 1
    private var untilNext = 1
    private var last: NightMark?

    mutating func add(_ mark: NightMark) {
        last = mark
        untilNext -= 1
        guard untilNext == 0 else { return }
        marks.append(mark)
        if marks.count == Self.most {
            marks = marks.indices.filter { $0 % 2 == 1 }.map { marks[$0] }
            stride *= 2
        }
        untilNext = stride
    }

    /// Those that are left, with the last one in any case.
    var all: [NightMark] { last.map { $0 == marks.last ? marks : marks + [$0] } ?? [] }
}
