/// Fingerprints of keys, sorted: 8 bytes each, so that ten million keys take 80 MB.
struct KeySet: Sendable {
    private var sorted: [UInt64] = []

    init(_ keys: consuming [UInt64] = []) {
        sorted = keys
        sorted.sort()
    }

    var count: Int { sorted.count }

    func contains(_ key: UInt64) -> Bool { index(of: key) != nil }

    /// Where a key stands among them; nil for one that is none of them.
    func index(of key: UInt64) -> Int? {
        // What has no key is never the same as anything.
        guard key != KeyFingerprint.none.low else { return nil }
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == key ? low : nil
    }
}

/// What the checkpoint knows by key, loaded once before another input is read: 8 bytes for each conversation that is
/// in, about 60 for each record that is not.
struct KnownKeys: Sendable {
    /// A record that is in the books and not in the destination: one with the same key may take its place.
    struct Place: Sendable {
        var record: RecordID
        var attempt: Int
        var standing: Standing
        /// Messages that the books hold of it, where it is rejected.
        var messages: Int
    }

    /// Keys of conversations that are in, or may be.
    let present: KeySet
    let places: [UInt64: Place]
    /// The first file number that no record has.
    let nextFile: Int

    init(_ checkpoint: any Checkpoint, position: SourcePosition) async throws {
        var present: [UInt64] = []
        var places: [UInt64: Place] = [:]
        var nextFile = RecordID.firstInputFile
        try await checkpoint.forEachCreate(after: nil) { entry in
            nextFile = max(nextFile, entry.record.file + 1)
            switch entry.state {
            case .done, .intent, .inDoubt: present.append(entry.keyFingerprint)
            // It may be in: a second one would double it.
            case .refused where entry.isLeftOut: present.append(entry.keyFingerprint)
            case .refused, .released:
                // Records behind the position are read once more by the source itself.
                guard entry.record.isCounted(before: position), entry.keyFingerprint != KeyFingerprint.none.low,
                    places[entry.keyFingerprint] == nil
                else { return }
                places[entry.keyFingerprint] = Place(
                    record: entry.record, attempt: entry.attempt, standing: Standing(entry), messages: entry.messages)
            }
        }
        self.present = KeySet(present)
        self.places = places
        self.nextFile = nextFile
    }
}

extension RecordID {
    /// Files of other inputs than the plan's are numbered from here on, far above any file of a plan.
    package static var firstInputFile: Int { 1 << 18 }

    package var isOfOtherInput: Bool { file >= Self.firstInputFile }

    /// Whether the books count the record at this position.
    package func isCounted(before position: SourcePosition) -> Bool {
        isOfOtherInput || self <= RecordID(file: position.file, number: position.record)
    }
}

extension Checkpoint {
    /// Calls `body` with the create step of every record after one, in order, a page at a time.
    func forEachCreate(after record: RecordID?, _ body: (AttemptEntry) -> Void) async throws {
        var last = record
        while true {
            let page = try await entries(after: last, limit: 10_000)
            for entry in page where entry.step == .create { body(entry) }
            guard let end = page.last else { return }
            last = end.record
        }
    }

    /// What an earlier process did to records of the source behind the committed position.
    func tail(after position: SourcePosition) async throws -> [RecordID: AttemptEntry] {
        var tail: [RecordID: AttemptEntry] = [:]
        try await forEachCreate(after: RecordID(file: position.file, number: position.record)) { entry in
            if !entry.record.isOfOtherInput { tail[entry.record] = entry }
        }
        return tail
    }

    /// The keys that came in with other inputs.
    func keysOfOtherInputs() async throws -> KeySet {
        var keys: [UInt64] = []
        try await forEachCreate(after: RecordID(file: RecordID.firstInputFile, number: 0)) { entry in
            switch entry.state {
            case .done, .intent, .inDoubt: keys.append(entry.keyFingerprint)
            case .refused where entry.isLeftOut: keys.append(entry.keyFingerprint)
            case .refused, .released: break
            }
        }
        return KeySet(keys)
    }
}
