/// What the checkpoint knows of the keys that are new to a night: one look through its rows, and none where nothing is new.
///
/// About 21 bytes for each new key, so that only a first night of millions costs memory to speak of.
struct KeyPlaces: Sendable {
    enum Place: Sendable, Equatable {
        /// - Parameter wasFound: whether it was there when it was to be created, and so may say something else.
        case isIn(RecordID, wasFound: Bool)
        case inDoubt(RecordID)
        /// Refused, or it provably never arrived.
        case mayBeSent(RecordID, attempt: Int)
    }

    private let keys: KeySet
    private var records: [RecordID]
    /// How many attempts there were; 0 where the checkpoint does not know the key.
    private var attempts: [Int32]
    private var ranks: [Rank]
    /// The first file number that no record has.
    private(set) var nextFile = RecordID.firstInputFile

    /// The more is known to be at the destination, the higher.
    fileprivate enum Rank: UInt8, Sendable { case unknown, mayBeSent, inDoubt, isIn }

    /// - Parameter keys: of the records that are new to the night.
    init(_ checkpoint: any Checkpoint, of keys: KeySet) async throws {
        self.keys = keys
        records = Array(repeating: RecordID(rawValue: -1), count: keys.count)
        attempts = Array(repeating: 0, count: keys.count)
        ranks = Array(repeating: .unknown, count: keys.count)
        nextFile = max(nextFile, (try await checkpoint.lastRecord()?.file ?? 0) + 1)
        guard keys.count > 0 else { return }
        try await look(through: checkpoint, after: nil)
    }

    /// The same after a night has written: only what it may have written is looked at again.
    func afterwards(_ checkpoint: any Checkpoint) async throws -> KeyPlaces {
        var places = self
        guard keys.count > 0 else { return places }
        for index in ranks.indices where ranks[index] == .mayBeSent || ranks[index] == .inDoubt {
            guard let entry = try await checkpoint.entry(for: records[index], step: .create) else { continue }
            places.ranks[index] = .unknown
            places.enter(entry)
        }
        try await places.look(through: checkpoint, after: RecordID(file: nextFile, number: 0))
        return places
    }

    private mutating func look(through checkpoint: any Checkpoint, after record: RecordID?) async throws {
        var last = record
        while true {
            let page = try await checkpoint.entries(after: last, limit: 10_000)
            for entry in page where entry.step == .create { enter(entry) }
            guard let end = page.last else { return }
            last = end.record
        }
    }

    private mutating func enter(_ entry: AttemptEntry) {
        guard let index = keys.index(of: entry.keyFingerprint) else { return }
        let rank = Rank(entry)
        // One key may have several rows: what is in was refused first, perhaps.
        guard rank.rawValue > ranks[index].rawValue else { return }
        records[index] = entry.record
        attempts[index] = Int32(clamping: entry.attempt)
        ranks[index] = rank
    }

    /// Nil for a key that the checkpoint does not know.
    func place(of key: UInt64) -> Place? {
        guard let index = keys.index(of: key) else { return nil }
        return switch ranks[index] {
        case .unknown: nil
        case .mayBeSent: .mayBeSent(records[index], attempt: Int(attempts[index]))
        case .inDoubt: .inDoubt(records[index])
        case .isIn: .isIn(records[index], wasFound: attempts[index] == 0)
        }
    }

    /// Whether any of the keys is in.
    var hasPresent: Bool { ranks.contains(.isIn) }

    /// The records of an earlier input or night whose places may be taken again.
    var reused: Set<RecordID> { Set(ranks.indices.filter { ranks[$0] == .mayBeSent }.map { records[$0] }) }
}

extension KeyPlaces.Rank {
    fileprivate init(_ entry: AttemptEntry) {
        self =
            switch entry.state {
            case .done: .isIn
            case .intent, .inDoubt: .inDoubt
            // It may be in: a second one would double it.
            case .refused where entry.isLeftOut: .isIn
            case .refused, .released: .mayBeSent
            }
    }
}
