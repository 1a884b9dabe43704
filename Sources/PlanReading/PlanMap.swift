/// The keys that a map of the plan may have.
protocol PlanKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The keys that a later version will know, each with what to do until then.
    static var later: [String: String] { get }
    /// Those of them that would fill in keys of this map, so that none of its keys counts as missing beside them.
    static var fillingIn: Set<String> { get }
}

extension PlanKey {
    static var later: [String: String] { [:] }
    static var fillingIn: Set<String> { [] }
    static var names: [String] { allCases.map(\.rawValue) }
}

/// A map of the plan with known keys only.
struct PlanMap<Key: PlanKey> {
    let node: PlanNode
    private var nodes: [Key: PlanNode] = [:]
    /// The keys whose absence is not worth a word, since something was reported in their place.
    private var excused: Set<Key> = []

    init(_ node: PlanNode) { self.node = node }

    subscript(key: Key) -> PlanNode? { nodes[key] }

    func isMissing(_ key: Key) -> Bool { nodes[key] == nil && !excused.contains(key) }

    mutating func set(_ key: Key, _ node: PlanNode) { nodes[key] = node }

    mutating func excuse(_ keys: some Sequence<Key>) { excused.formUnion(keys) }
}
