import ImportCore

extension PlanNode {
    /// The maps in which a plan and its preset complete each other key by key. Anything else the plan says replaces what
    /// the preset says there.
    private static let shared: Set = [
        "", "source", "source.csv", "source.messages", "source.messages.map", "source.headers", "conversation",
        "customer",
    ]

    /// This plan, with what it leaves out taken from a preset. A key with nothing behind it takes out what the preset says.
    func filled(in preset: PlanNode) -> PlanNode {
        guard case .map(let own) = content, case .map(let others) = preset.content, Self.shared.contains(path) else {
            return self
        }
        let known = Dictionary(others.map { ($0.key, $0.node) }, uniquingKeysWith: { first, _ in first })
        var entries = own.compactMap { entry -> Entry? in
            guard let other = known[entry.key] else { return entry }
            if case .text(let text) = entry.node.content, text.isNothing { return nil }
            if path == "source.headers" { return Entry(key: entry.key, node: entry.node.with(other)) }
            return Entry(key: entry.key, node: entry.node.filled(in: other))
        }
        let said = Set(own.map(\.key))
        entries += others.filter { !said.contains($0.key) }
        var node = self
        node.content = .map(entries)
        return node
    }

    /// A list of what this one says, and then of what another says.
    private func with(_ other: PlanNode) -> PlanNode {
        var node = self
        node.content = .list(items + other.items)
        return node
    }

    private var items: [PlanNode] { if case .list(let items) = content { items } else { [self] } }

    /// The same node with all lines counted on by an offset.
    func moved(by lines: Int) -> PlanNode {
        var node = self
        node.line += lines
        switch node.content {
        case .map(let entries):
            node.content = .map(entries.map { Entry(key: $0.key, node: $0.node.moved(by: lines)) })
        case .list(let items): node.content = .list(items.map { $0.moved(by: lines) })
        case .text, .unknown: break
        }
        return node
    }
}

extension PlanDecoder {
    /// The preset that `source.preset` names: one of the program's, or a file of one's own, relative to the plan.
    mutating func preset(of root: PlanNode, planPath: String) throws(PlanError) -> Preset? {
        guard let node = root.child("source")?.child("preset"), let text = nonEmptyText(node) else { return nil }
        if text.value.hasSuffix(".yaml") || text.value.hasSuffix(".yml") {
            let folder = planPath.lastIndex(of: "/").map { planPath[...$0] } ?? ""
            let path = text.value.hasPrefix("/") ? text.value : folder + text.value
            return try PresetReader.read(PlanReader.text(path: path), name: text.value)
        }
        guard let preset = Presets.named(text.value) else {
            let nearest = NearestName.of(text.value, among: Presets.names)
            report(
                node, "is \(text.shown), which is no preset",
                hint: nearest.map { "did you mean \($0)?" } ?? "pingback-import presets lists them")
            return nil
        }
        return preset
    }
}

extension PlanProblem {
    /// With the preset's name, where it is the preset's.
    func placed(path: String, preset: String?) -> PlanProblem {
        guard let line, PresetLines.contains(line) else { return self }
        var problem = self
        problem.place = PresetLines.place(of: line, plan: path, preset: preset)
        return problem
    }
}
