/// What the rules of a plan write to while they run over a batch: the slab that holds all text, the findings, and the
/// counts of what was changed on the way.
struct MappingTarget {
    var slab: [UInt8]
    private(set) var findings: [BatchFinding] = []
    /// Repairs by name, each counted.
    var repairs: [String: Int] = [:]

    init(slab: [UInt8]) { self.slab = slab }

    mutating func append(_ text: some Collection<UInt8>) -> ByteRange {
        let range = ByteRange(offset: slab.count, length: text.count)
        slab.append(contentsOf: text)
        return range
    }

    /// Makes room at the end of the slab, to be written to.
    mutating func grow(by count: Int) {
        slab.append(contentsOf: repeatElement(0, count: count))
    }

    mutating func find(_ finding: Finding, at record: Int) {
        findings.append(BatchFinding(index: record, finding: finding))
    }

    func isFound(_ field: String, at record: Int) -> Bool {
        findings.contains { $0.index == record && $0.finding.field == field }
    }
}
