import Foundation
import ImportCore

/// `destinations`: where conversations may go, and how the HTTP API is spoken to.
extension PlanDecoder {
    mutating func destinations(_ node: PlanNode?) -> Destinations {
        let map = map(node, of: DestinationsKey.self)
        var sandbox = APIOptions()
        // The sandbox is empty but for what this program sent: what is absent there was never applied.
        sandbox.doubts.absent = .resend
        return Destinations(
            sandbox: options(map?[.sandbox], defaults: sandbox) ?? sandbox,
            api: options(map?[.api], defaults: APIOptions(), isRemote: true),
            postgres: postgres(map?[.postgres]))
    }

    private mutating func options(_ node: PlanNode?, defaults: APIOptions, isRemote: Bool = false) -> APIOptions? {
        guard let map = map(node, of: APIKey.self) else { return nil }
        var options = defaults
        options.url = url(isRemote ? required(map, .url, example: "https://api.pingback.live") : map[.url])
        options.token = nonEmptyText(map[.token]).map { Secret($0.value) }
        options.tokenFile = nonEmptyText(map[.tokenFile])?.value
        if let node = map[.tokenFile], map[.token] != nil {
            report(node, "stands beside token", hint: "keep one of them")
        }
        options.ca = nonEmptyText(map[.ca])?.value
        options.allowsPlainHTTP = flag(map[.allowsPlainHTTP]) ?? options.allowsPlainHTTP
        options.openingMessages = choice(map[.openingMessages], of: OpeningMessages.self)
        options.concurrency = integer(map[.concurrency], in: 1...256) ?? options.concurrency
        options.rate = rate(map[.rate])
        options.messageBudget = integer(map[.messageBudget], in: 0...1_000_000_000)
        options.window = window(map[.window])
        options.timeout = duration(map[.timeout]) ?? options.timeout
        options.patience = duration(map[.patience]) ?? options.patience
        options.doubts = doubts(map[.inDoubt], defaults: options.doubts)
        options.reference = reference(map[.reference])
        options.trusts503 = flag(map[.trusts503]) ?? options.trusts503
        options.expectedChannel = choice(map[.expectedChannel], of: ChannelType.self)
        options.assigning = choice(map[.assigning], of: APIOptions.Assigning.self) ?? options.assigning
        options.acceptedLoss = list(map[.acceptedLoss])?.compactMap { acceptedLoss($0) } ?? []
        options.rehearsal = rehearsal(map, isRemote: isRemote)
        return options
    }

    /// Part of what a record becomes at this destination, and at no other.
    private mutating func reference(_ node: PlanNode?) -> ReferenceRule? {
        guard let node else { return nil }
        let (parts, meaning) = notingApart { $0.template(node) }
        return parts.map { ReferenceRule(parts: $0, line: node.line, meaning: meaning) }
    }

    private mutating func acceptedLoss(_ node: PlanNode) -> String? {
        guard let text = nonEmptyText(node) else { return nil }
        if FidelityField.names.contains(text.value) { return text.value }
        let nearest = text.hasVariable ? nil : NearestName.of(text.value, among: FidelityField.names)
        report(
            node, "is \(text.shown), which names nothing that could be lost",
            hint: nearest.map { "did you mean \($0)?" } ?? "pingback-import schema fidelity prints the words")
        return nil
    }

    /// What only the sandbox inside the program can be given.
    private mutating func rehearsal(_ map: PlanMap<APIKey>, isRemote: Bool) -> RehearsalOptions {
        for key in [APIKey.faults, .customers] {
            guard let node = map[key] else { continue }
            if isRemote {
                report(node, "is for the sandbox", hint: "take it out")
            } else if map[.url] != nil {
                report(
                    node, "means nothing beside url",
                    hint: "give the file to the sandbox that runs there: pingback-import sandbox --\(key.rawValue) …")
            }
        }
        var rehearsal = RehearsalOptions()
        rehearsal.faults = nonEmptyText(map[.faults])?.value
        rehearsal.customers = nonEmptyText(map[.customers])?.value
        return rehearsal
    }

    private mutating func doubts(_ node: PlanNode?, defaults: DoubtOptions) -> DoubtOptions {
        guard let map = map(node, of: DoubtKey.self) else { return defaults }
        var doubts = defaults
        doubts.settleAfter = duration(map[.settleAfter], allowsZero: true) ?? doubts.settleAfter
        doubts.looks = integer(map[.looks], in: 1...10) ?? doubts.looks
        doubts.absent = choice(map[.absent], of: DoubtOptions.Absent.self) ?? doubts.absent
        return doubts
    }

    private mutating func url(_ node: PlanNode?) -> String? {
        guard let node, let text = nonEmptyText(node) else { return nil }
        guard let url = URLComponents(string: text.value), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
        else {
            report(node, "is \(Self.shown(text)), not an http or https address", hint: "https://api.pingback.live")
            return nil
        }
        guard url.user == nil, url.password == nil, url.query == nil, url.fragment == nil else {
            report(
                node, "must be an address alone, without user, password, query or fragment",
                hint: "put the credentials into token")
            return nil
        }
        return text.value
    }

    /// An address may hold a password even where it was typed into the plan.
    private static func shown(_ text: PlanText) -> String {
        text.value.contains("@") ? "something" : text.shown
    }

    mutating func rate(_ node: PlanNode?) -> Double? {
        guard let node, let text = text(node) else { return nil }
        guard let rate = Quantity(text.value)?.rate, rate > 0 else {
            report(node, "is \(text.shown), not a rate", hint: "requests a second or a minute, as in 20/s or 600/m")
            return nil
        }
        return rate
    }
}
