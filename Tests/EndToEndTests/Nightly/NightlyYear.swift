import Foundation
import ImportTestSupport
import Testing

/// One destination's nights, one after the other.
struct NightlyYear {
    /// What is out of the ordinary tonight.
    enum Event: String, CaseIterable {
        case calm, kills, killedAndLeft, empty, halfWritten, twoAtOnce, fullDisk, acceptedPlan, changedPlan, unended
        case tooManyRejected, incremental, corrected, interference, otherRules, grown
    }

    /// Of so many nights each event has at least one, and half of them are calm.
    private static let deck =
        Event.allCases + Array(repeating: .calm, count: 10) + [.kills, .killedAndLeft, .interference, .grown]

    let workspace: Workspace
    let cluster: PrivateCluster?
    let seed: UInt64
    var random: SeededRandom
    var plan: NightlyPlan
    var desk: NightlyHelpdesk
    var oracle: NightlyOracle
    var deck: [Event] = []
    /// How long an undisturbed night takes: what kills are aimed by.
    var milliseconds = 400
    /// Whether a process was killed over tickets that have moved on since.
    var isUncertain = false
    var night = 0
    var event = Event.calm
    var tally: [Event: Int] = [:]
    /// Nights that did not read again what an earlier one had settled.
    var checked = 0

    init(target: NightlyPlan.Target, workspace: Workspace, cluster: PrivateCluster?, seed: UInt64) throws {
        self.workspace = workspace
        self.cluster = cluster
        self.seed = seed
        random = SeededRandom(seed: seed)
        plan = NightlyPlan(target: target)
        plan.variant.duplicates = random.pick(["reject", "first"])
        plan.overwrites = random.chance(2)
        plan.goesBySince = random.chance(2)
        desk = NightlyHelpdesk(count: 40, random: &random)
        oracle = NightlyOracle(isPostgres: target.isPostgres)
    }

    var comment: Comment { "seed \(seed), night \(night) (\(event.rawValue)), \(plan.target.name)" }

    mutating func run(_ nights: Int) async throws {
        let start = ContinuousClock.now
        print("a year of nights on \(plan.target.name): PINGBACK_IMPORT_SEED=\(seed)")
        try await beginWithRun()
        while night < nights {
            night += 1
            if deck.isEmpty { deck = Self.deck.shuffled(using: &random) }
            event = night == 1 ? .calm : deck.removeLast()
            desk.work(&random)
            try await spend()
            tally[event, default: 0] += 1
        }
        let seconds = Int(start.duration(to: .now) / .seconds(1))
        let words = tally.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
        print(
            "\(nights) nights in \(seconds) s: " + words.joined(separator: ", ")
                + "; \(checked) checked what they had read")
    }

    /// What is in before the first night came by an ordinary run.
    mutating func beginWithRun() async throws {
        try writePlan()
        var export = NightlyExport(tickets: desk.export(part: false, &random).filter { !$0.isWrong })
        try export.write(into: workspace, &random)
        let end = try await workspace.program.run("run", NightlyPlan.name, "--to", plan.target.name)
        #expect(end.status == 0 || end.status == 3, "\(comment): \(end.errors)")
        var seen: Set<Int> = []
        oracle.run(export.tickets.filter { seen.insert($0.key).inserted }, by: plan.variant)
        try await compare()
    }

    // MARK: - A night

    mutating func spend() async throws {
        switch event {
        case .calm: try await plainNight()
        case .kills:
            let export = try exportFiles()
            for _ in 0..<random.int(1...3) { try await kill() }
            try await night(export, checksBooks: false)
        case .killedAndLeft:
            let export = try exportFiles()
            try await kill()
            // Whether what somebody changed there is overwritten by now cannot be known.
            let mayMoveOn = !plan.overwrites || !oracle.hasDrift
            isUncertain = mayMoveOn
            if mayMoveOn { desk.work(gently: true, &random) }
            try await night(mayMoveOn ? try exportFiles() : export, checksBooks: false)
        case .empty: try await brokenNight("")
        case .halfWritten:
            let text = desk.tickets.keys.sorted().compactMap { desk.tickets[$0] }.map { $0.line + "\n" }.joined()
            try await brokenNight(String(text.prefix(text.count * random.int(10...80) / 100)))
        case .twoAtOnce: try await twoAtOnce()
        case .fullDisk: try await fullDisk()
        case .acceptedPlan:
            changePlan()
            try await night(try exportFiles(), arguments: ["--accept-changed-plan"])
        case .changedPlan:
            changePlan()
            try await plainNight()
        case .unended:
            var export = NightlyExport(tickets: desk.export(part: false, &random))
            export.isUnended = true
            try export.write(into: workspace, &random)
            try await night(export)
        case .tooManyRejected: try await tooManyRejected()
        case .incremental:
            plan.isIncremental = true
            try await night(try exportFiles(part: true))
            plan.isIncremental = false
            // A full export is expected to hold what the one before held: the next broken one follows a full one.
            desk.work(&random)
            try await plainNight()
        case .corrected: try await corrected()
        case .interference:
            try await interfere()
            try await plainNight()
        case .otherRules:
            plan.overwrites.toggle()
            plan.goesBySince.toggle()
            try await plainNight()
        case .grown: try await grow()
        }
    }

    mutating func plainNight() async throws { try await night(try exportFiles()) }

    mutating func exportFiles(part: Bool = false) throws -> NightlyExport {
        var export = NightlyExport(tickets: desk.export(part: part, &random))
        try export.write(into: workspace, &random)
        return export
    }

    mutating func changePlan() {
        plan.variant.waitIsPending.toggle()
        plan.variant.duplicates = random.pick(["reject", "first", "last"])
    }

    func writePlan() throws { try workspace.write(NightlyPlan.name, plan.text) }

    var command: [String] { ["sync", NightlyPlan.name, "--to", plan.target.name] }

    /// A night that nothing disturbs, or the last process of one that something disturbed.
    mutating func night(
        _ export: NightlyExport, arguments: [String] = [], checksBooks: Bool = true
    ) async throws {
        try writePlan()
        let start = ContinuousClock.now
        let end = try await workspace.program.run(command + arguments + ["--summary", "summary.json"])
        milliseconds = Int(start.duration(to: .now) / .milliseconds(1))
        try await judge(end, export, acceptsPlan: arguments.contains("--accept-changed-plan"), checksBooks: checksBooks)
    }

    mutating func judge(
        _ end: ProgramEnd, _ export: NightlyExport, acceptsPlan: Bool = false, checksBooks: Bool = true
    ) async throws {
        let expected = oracle.night(export, plan, acceptsPlan: acceptsPlan)
        #expect(end.status == expected.status, "\(comment): \(end.errors)")
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        if summary["checked", "records"] > 0 { checked += 1 }
        let said = verdict(of: summary, end)
        if checksBooks {
            #expect(said == expected, "\(comment)\n\(end.errors)")
        } else {
            #expect(said.read == expected.read && said.rejected == expected.rejected, "\(comment)\n\(end.errors)")
        }
        try await compare()
        isUncertain = false
    }

    func verdict(of summary: Summary, _ end: ProgramEnd) -> NightlyOracle.Verdict {
        NightlyOracle.Verdict(
            status: end.status ?? -1, read: summary["records", "read"], created: summary["conversations", "created"],
            kept: summary["conversations", "updated"] + summary["conversations", "unchanged"],
            present: summary["conversations", "already_present"], rejected: summary["records", "rejected"],
            skipped: summary["records", "skipped"], notSent: summary["conversations", "not_sent"],
            vanished: end.lastFigure(before: "vanished"), driftKept: summary["drift", "kept"],
            driftOverwritten: summary["drift", "overwritten"], driftNotCarried: summary["drift", "not_carried"])
    }

    /// Holds what is there to what should be. What a process that was killed did to a ticket that has moved on since
    /// cannot be known in every detail: then what is there counts from now on, once each is in and none is twice.
    mutating func compare() async throws {
        let state = try await NightlyState(of: plan.target, workspace, cluster)
        let difference = state.difference(from: NightlyState(oracle))
        guard isUncertain else {
            #expect(difference == nil, comment)
            return
        }
        #expect(state.twice.isEmpty, comment)
        #expect(Set(state.rows.keys) == Set(oracle.held.keys), comment)
        if oracle.isPostgres {
            #expect(state.differenceOfRows(from: NightlyState(oracle)) == nil, comment)
        }
        oracle.adopt(state)
    }
}

extension ProgramEnd {
    /// The number in front of a word in the last line; 0 where the word is missing.
    fileprivate func lastFigure(before word: String) -> Int {
        let words = (errors.split(separator: "\n").last ?? "").split(separator: " ")
        guard let index = words.firstIndex(where: { $0.hasPrefix(word) }), index > 0 else { return 0 }
        return Int(words[index - 1]) ?? 0
    }
}
