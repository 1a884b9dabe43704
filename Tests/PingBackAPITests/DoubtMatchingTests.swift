import ImportTestSupport
import ImportCore
import Testing

@testable import PingBackAPI

@Suite("Matching doubts with conversations")
struct DoubtMatchingTests {
    private static let own = traces(sender: "me", channel: "ours")

    private static func traces(sender: String, channel: String) -> OwnTraces {
        var traces = OwnTraces()
        traces.learn(account: "account", sender: sender, channel: channel)
        return traces
    }

    private static func doubt(
        _ number: Int, _ message: String?, customer: String? = nil, reference: String? = nil
    ) -> AttemptEntry {
        AttemptEntry(
            record: Fixture.record(number), state: .inDoubt, attempt: 1, keyFingerprint: UInt64(number),
            startedAt: 1000,
            content: RequestContent(
                messageDigest: message.map { RequestContent.digest($0.utf8) }, customerID: customer,
                referenceDigest: reference.map { RequestContent.digest($0.utf8) }))
    }

    private static func sighting(
        _ id: String, _ message: String?, customer: String? = nil, sender: String? = "me", channel: String? = "ours",
        createdAt: Int64 = 2000
    ) -> ConversationSighting {
        ConversationSighting(
            id: id, customerID: customer, opening: message.map { .agent(.init($0)) } ?? .none, createdAt: createdAt,
            senderID: sender, channelID: channel)
    }

    private static func find(
        _ doubts: [AttemptEntry], _ sightings: [ConversationSighting], others: [AttemptEntry] = [],
        traces: OwnTraces = own
    ) -> [DoubtMatching.Finding] {
        DoubtMatching(others: others, traces: traces, since: \.startedAt).findings(on: doubts, among: sightings)
    }

    @Test("Another agent's conversation is not ours, once it is known how all our accounts sign")
    func sender() {
        let (doubts, theirs) = ([Self.doubt(1, "a")], [Self.sighting("c1", "a", sender: "somebody")])
        #expect(Self.find(doubts, theirs)[0].verdict == .absent)
        // Nothing learnt, or the server does not say: nobody is ruled out.
        #expect(Self.find(doubts, theirs, traces: OwnTraces())[0].verdict == .found(id: "c1"))
        #expect(Self.find(doubts, [Self.sighting("c1", "a", sender: nil)])[0].verdict == .found(id: "c1"))
        // A new token may sign as anybody until its first answer.
        var traces = Self.own
        traces.willSend(as: "another account")
        #expect(Self.find(doubts, theirs, traces: traces)[0].verdict == .found(id: "c1"))
    }

    @Test("Alike but on another channel: neither adopted nor called absent, and a person is told")
    func channel() {
        let finding = Self.find([Self.doubt(1, "a")], [Self.sighting("c1", "a", channel: "new")])[0]
        #expect(finding.verdict == .unresolved)
        #expect(finding.candidates.map(\.id) == ["c1"])
        #expect(finding.candidates.first?.shared == [.text, .sender])
        #expect(finding.candidates.first?.different == [.channel])
    }

    @Test("A reference makes certain what the server changed in the text, and tells equal texts apart")
    func reference() {
        let doubts = [
            Self.doubt(1, "hello\nImported #1", reference: "Imported #1"),
            Self.doubt(2, "hello\nImported #2", reference: "Imported #2"),
        ]
        let found = Self.find(
            doubts, [Self.sighting("c2", "hello\r\n  Imported #2 \n"), Self.sighting("c9", "hello\nImported #9")])
        #expect(found.map(\.verdict) == [.absent, .found(id: "c2")])
    }

    @Test("Nothing is absent beside a conversation of ours that nobody else explains")
    func changedText() {
        let doubts = [Self.doubt(1, "a ", customer: "k")]
        let finding = Self.find(doubts, [Self.sighting("c1", "a", customer: "K")])[0]
        #expect(finding.verdict == .unresolved)
        #expect(finding.candidates.first?.different == [.text])
        // Explained by another request.
        let both = Self.find(doubts + [Self.doubt(2, "a", customer: "K")], [Self.sighting("c1", "a", customer: "k")])
        #expect(both.map(\.verdict) == [.absent, .found(id: "c1")])
    }

    @Test("What an equal request under way may have made is left alone")
    func underWay() {
        let seen = [Self.sighting("c1", "a")]
        #expect(Self.find([Self.doubt(1, "a")], seen, others: [Self.doubt(2, "a")])[0].verdict == .unresolved)
        #expect(Self.find([Self.doubt(1, "a")], seen, others: [Self.doubt(2, "b")])[0].verdict == .found(id: "c1"))
        #expect(
            Self.find(
                [Self.doubt(1, nil, customer: "k")], [Self.sighting("c1", "b", customer: "k")],
                others: [Self.doubt(2, "b", customer: "k")])[0].verdict == .absent)
    }

    /// A server on which some of our requests arrived, and strangers write: what is adopted is what we made.
    @Test("Whatever arrived, nothing foreign is adopted, and nothing that arrived is called absent", arguments: 1...300)
    func anyMixture(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var doubts: [AttemptEntry] = []
        var sightings: [ConversationSighting] = []
        var arrived: [Int: Int] = [:]
        func text(_ kind: Int) -> String? { kind == 0 ? nil : "text \(kind)" }
        for number in 1...8 {
            let (kind, customer) = (Int.random(in: 0...3, using: &random), "k\(Int.random(in: 0...1, using: &random))")
            doubts.append(Self.doubt(number, text(kind), customer: customer))
            guard Bool.random(using: &random) else { continue }
            sightings.append(Self.sighting("ours \(number)", text(kind), customer: customer))
            arrived[kind * 2 + (customer == "k1" ? 1 : 0), default: 0] += 1
        }
        for number in 1...6 {
            sightings.append(
                Self.sighting(
                    "theirs \(number)", "text \(Int.random(in: 1...3, using: &random))",
                    customer: "k\(Int.random(in: 0...1, using: &random))", sender: "somebody"))
        }
        sightings.shuffle(using: &random)
        let findings = Self.find(doubts, sightings)
        let adopted = findings.compactMap { if case .found(let id) = $0.verdict { id } else { nil } }
        #expect(Set(adopted).count == adopted.count)
        #expect(adopted.allSatisfy { $0.hasPrefix("ours") })
        #expect(adopted.count == arrived.values.reduce(0, +))
        #expect(findings.count { $0.verdict == .absent } == doubts.count - adopted.count)
    }
}
