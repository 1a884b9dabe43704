import ImportCore

/// Reads a preset: a plan without what belongs to one migration, and `about`, what it says of itself.
struct PresetReader {
    private enum RootKey: String, PlanKey { case about, source, conversation, customer, duplicates }

    private enum AboutKey: String, PlanKey {
        case product, export, confidence, lacks, recognise
        case needsZone = "needs_zone"
    }

    private enum RefusalsKey: String, PlanKey { case refused }

    private enum RefusalKey: String, PlanKey { case product, export, because, instead, recognise }

    private enum SignKey: String, PlanKey { case format, all, any, none }

    private var decoder = PlanDecoder()

    /// - Parameter name: as `source.preset` says it.
    static func read(_ text: String, name: String) throws(PlanError) -> Preset {
        var tree = PlanTree(text, variables: nil, document: "the preset")
        var reader = PresetReader()
        let root: PlanNode
        do {
            root = try tree.root()
        } catch {
            throw .wrong(path: name, problems: [error])
        }
        let preset = reader.preset(root, name: name, text: text)
        let problems = tree.problems + reader.decoder.problemsInOrder
        guard let preset, problems.isEmpty else { throw .wrong(path: name, problems: problems) }
        return preset
    }

    /// The table of exports that are refused.
    static func refusedExports(_ text: String) throws(PlanError) -> [RefusedExport] {
        let name = "the table of refused exports"
        var tree = PlanTree(text, variables: nil, document: name)
        var reader = PresetReader()
        let root: PlanNode
        do {
            root = try tree.root()
        } catch {
            throw .wrong(path: name, problems: [error])
        }
        let map = reader.decoder.map(root, of: RefusalsKey.self)
        let exports = (reader.decoder.list(map?[.refused]) ?? []).compactMap { reader.refusedExport($0) }
        let problems = tree.problems + reader.decoder.problemsInOrder
        guard problems.isEmpty else { throw .wrong(path: name, problems: problems) }
        return exports
    }

    private mutating func refusedExport(_ node: PlanNode) -> RefusedExport? {
        guard let map = decoder.map(node, of: RefusalKey.self) else { return nil }
        func text(_ key: RefusalKey) -> String? {
            decoder.nonEmptyText(decoder.required(map, key, example: "…"))?.value
        }
        let (product, export, because, instead) = (text(.product), text(.export), text(.because), text(.instead))
        let signs = signs(decoder.required(map, .recognise, example: "{format: csv, all: […]}"))
        guard let product, let export, let because, let instead, let signs else { return nil }
        return RefusedExport(product: product, export: export, because: because, instead: instead, signs: signs)
    }

    private mutating func preset(_ root: PlanNode, name: String, text: String) -> Preset? {
        guard let map = decoder.map(root, of: RootKey.self),
            let about = decoder.map(
                decoder.required(map, .about, example: "{product: …, export: …}"), of: AboutKey.self)
        else { return nil }
        let product = decoder.nonEmptyText(decoder.required(about, .product, example: "Zendesk"))
        let export = decoder.nonEmptyText(decoder.required(about, .export, example: "full JSON export"))
        let confidence = decoder.choice(
            decoder.required(about, .confidence, example: "unverified"), of: Preset.Confidence.self)
        let lacks = texts(about[.lacks])
        let signs = signs(about[.recognise])
        let needsZone = decoder.flag(about[.needsZone]) ?? false
        guard let product, let export, let confidence else { return nil }
        var plan = root.withNamedHeaders
        if case .map(let entries) = plan.content {
            plan.content = .map(entries.filter { $0.key != RootKey.about.rawValue })
        }
        return Preset(
            name: name, product: product.value, export: export.value, confidence: confidence, lacks: lacks,
            signs: signs, headers: headers(of: plan), needsZone: needsZone, text: text,
            plan: plan.moved(by: PresetLines.base))
    }

    private mutating func signs(_ node: PlanNode?) -> Preset.Signs? {
        guard let map = decoder.map(node, of: SignKey.self),
            let format = decoder.choice(
                decoder.required(map, .format, example: "csv"), of: SourceDescription.Format.self)
        else { return nil }
        return Preset.Signs(format: format, all: texts(map[.all]), any: texts(map[.any]), none: texts(map[.none]))
    }

    private mutating func headers(of plan: PlanNode) -> [String: [String]] {
        plan.child("source")?.child("headers").map { decoder.headers($0) } ?? [:]
    }

    private mutating func texts(_ node: PlanNode?) -> [String] {
        (decoder.list(node) ?? []).compactMap { decoder.text($0)?.value }
    }
}

extension PlanNode {
    func child(_ key: String) -> PlanNode? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.node
    }

    /// With a name under `source.headers` replaced by the table of that name.
    fileprivate var withNamedHeaders: PlanNode {
        mapping("source") { source in
            source.mapping("headers") { headers in
                guard case .text(let text) = headers.content,
                    let table = LocalisedNames.standard.headers[text.value]
                else { return headers }
                var node = headers
                node.content = table.moved(under: headers.path, line: headers.line)
                return node
            }
        }
    }

    private func mapping(_ key: String, _ change: (PlanNode) -> PlanNode) -> PlanNode {
        guard case .map(var entries) = content, let index = entries.firstIndex(where: { $0.key == key }) else {
            return self
        }
        entries[index].node = change(entries[index].node)
        var node = self
        node.content = .map(entries)
        return node
    }

    /// A table's content as if it stood under a path on one line.
    private func moved(under path: String, line: Int) -> Content {
        func moved(_ node: PlanNode, _ path: String) -> PlanNode {
            var node = node
            (node.path, node.line) = (path, line)
            switch node.content {
            case .map(let entries):
                node.content = .map(
                    entries.map { Entry(key: $0.key, node: moved($0.node, path + "." + CanonicalText.key($0.key))) })
            case .list(let items):
                node.content = .list(items.enumerated().map { moved($1, "\(path)[\($0)]") })
            case .text, .unknown: break
            }
            return node
        }
        return moved(self, path).content
    }
}
