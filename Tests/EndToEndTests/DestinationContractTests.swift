import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What every destination does, whatever it is made of: one suite, run over the built program on each kind.
@Suite struct DestinationContractTests {
    /// Twenty tickets in two files, of which five cannot be imported, each for another reason.
    private func begin(_ kind: DestinationKind) async throws -> DestinationUnderTest {
        let subject = try await DestinationUnderTest(kind)
        let first = (1...10).map { number in
            switch number {
            case 3: Self.bad[0]
            case 7: Self.bad[1]
            default: ContractTickets.line(number)
            }
        }
        let second = (11...20).map { number in
            switch number {
            case 12: Self.bad[2]
            case 15: Self.bad[3]
            case 20: Self.bad[4]
            default: ContractTickets.line(number)
            }
        }
        try subject.workspace.write("tickets-1.csv", ContractTickets.header + first.joined())
        try subject.workspace.write("tickets-2.csv", ContractTickets.header + second.joined())
        try subject.writePlan()
        return subject
    }

    private static let bad = [
        ContractTickets.line(3, status: "urgnt"), "7,too short,open\n", "12,a \"quote,open,2021-03-04T05:06:07Z\n",
        "15,\" \t\",open,2021-03-04T05:06:07Z\n", ContractTickets.line(1),
    ]
    private static let valid = ContractTickets.messages((1...19).filter { ![3, 7, 12, 15].contains($0) })

    private func summary(
        _ subject: DestinationUnderTest, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Summary {
        let summary = Summary(try subject.workspace.summary("summary.json"))
        summary.expectBalance(sourceLocation: sourceLocation)
        return summary
    }

    @Test(
        "Each valid record is created once, and the others come back in their original bytes",
        arguments: DestinationKind.allCases)
    func createsEachValidRecordOnce(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        let end = try await subject.run("--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await subject.written() == Self.valid)
        #expect(
            try subject.workspace.read(subject.rejects("rejected.csv"))
                == ContractTickets.header + Self.bad.joined())
        let summary = try summary(subject)
        #expect(summary["conversations", "created"] == 15)
        #expect(summary["messages", "created"] == 15)
        #expect(summary["rejections", "by_us"] == 5)
        try await subject.end()
    }

    @Test("A finished run that is repeated sends nothing and says so", arguments: DestinationKind.allCases)
    func repeatedRun(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        #expect(try await subject.run().status == 3)
        let again = try await subject.run("--summary", "summary.json")
        #expect(again.status == 3)
        #expect(again.errors.contains("this run is finished, nothing was sent"))
        #expect(try await subject.written() == Self.valid)
        #expect(try summary(subject)["process", "requests"] == 0)

        let clean = try await DestinationUnderTest(kind)
        try clean.workspace.write(
            "tickets.csv", ContractTickets.header + (1...10).map { ContractTickets.line($0) }.joined())
        try clean.writePlan()
        #expect(try await clean.run().status == 0)
        let cleanAgain = try await clean.run()
        #expect(cleanAgain.status == 0)
        #expect(cleanAgain.errors.contains("this run is finished, nothing was sent"))
        #expect(try await clean.written() == ContractTickets.messages(1...10))
        try await subject.end()
        try await clean.end()
    }

    @Test("SIGTERM ends a run with 143, and the same command completes it", arguments: DestinationKind.allCases)
    func stopped(_ kind: DestinationKind) async throws {
        let subject = try await DestinationUnderTest(kind, isSlow: true)
        try ContractTickets.write(files: 20, to: subject.workspace)
        try subject.writePlan()
        let running = try await subject.startAndMeet()
        running.send(SIGTERM)
        let end = try await running.end()
        #expect(end.status == 143, "\(end.errors)")
        let part = try await subject.written().count
        #expect(part < 180)
        #expect(end.errors.contains("\(part) created in \(kind.rawValue)"), "\(end.errors)")
        #expect(end.errors.contains("0 in doubt"))

        try await expectCompletion(of: subject)
        try await subject.end()
    }

    @Test("A killed run is completed by the same command, its books too", arguments: DestinationKind.allCases)
    func killed(_ kind: DestinationKind) async throws {
        let subject = try await DestinationUnderTest(kind, isSlow: true)
        try ContractTickets.write(files: 20, to: subject.workspace)
        try subject.writePlan()
        let running = try await subject.startAndMeet()
        running.kill()
        #expect(try await running.end().signal == SIGKILL)
        try await expectCompletion(of: subject)
        try await subject.end()
    }

    /// Runs once more, and compares all that a run leaves behind with what an undisturbed one does.
    private func expectCompletion(
        of subject: DestinationUnderTest, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let end = try await subject.run("--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)", sourceLocation: sourceLocation)
        #expect(try await subject.written() == ContractTickets.valid(files: 20), sourceLocation: sourceLocation)
        let summary = try summary(subject, sourceLocation: sourceLocation)
        #expect(summary["conversations", "created"] == 180, sourceLocation: sourceLocation)
        #expect(summary["rejections", "by_us"] == 20, sourceLocation: sourceLocation)

        let undisturbed = try await DestinationUnderTest(subject.kind)
        try ContractTickets.write(files: 20, to: undisturbed.workspace)
        try undisturbed.writePlan()
        #expect(try await undisturbed.run().status == 3)
        try expectSameRejects(subject, undisturbed, sourceLocation: sourceLocation)
        try await undisturbed.end()
    }

    private func expectSameRejects(
        _ left: DestinationUnderTest, _ right: DestinationUnderTest, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for name in ["rejected.csv", "rejections.jsonl"] {
            #expect(
                try left.workspace.bytes(left.rejects(name)) == right.workspace.bytes(right.rejects(name)), "\(name)",
                sourceLocation: sourceLocation)
        }
    }

    @Test("A limit steps through the source to the same end", arguments: DestinationKind.allCases)
    func limited(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        for read in [7, 14, 20] {
            let end = try await subject.run("--limit", "7", "--summary", "summary.json")
            #expect(end.status == 3, "\(end.errors)")
            #expect(try summary(subject)["records", "read"] == read)
        }
        #expect(try await subject.written() == Self.valid)
        #expect(try await subject.run().errors.contains("this run is finished, nothing was sent"))
        let whole = try await begin(kind)
        #expect(try await whole.run().status == 3)
        try expectSameRejects(subject, whole)
        try await subject.end()
        try await whole.end()
    }

    @Test(
        "What the destination refused is sent again when its reason is gone",
        arguments: DestinationKind.allCases.filter(\.hasRulesOfItsOwn))
    func refusedForAWhile(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        try await subject.refuse("ticket 14 of many")
        let first = try await subject.run("--summary", "summary.json")
        #expect(first.status == 3, "\(first.errors)")
        #expect(!first.errors.contains("ticket 14 of many"))
        let before = try summary(subject)
        #expect(before["rejections", "by_destination"] == 1)
        #expect(before["conversations", "created"] == 14)
        let refused = ContractTickets.line(14)
        #expect(try subject.workspace.read(subject.rejects("rejected.csv")).contains(refused))
        #expect(try await subject.written() == Self.valid.filter { $0 != "ticket 14 of many" })

        try await subject.refuseNothing()
        #expect(try await subject.run("--retry-rejected", "--summary", "summary.json").status == 3)
        #expect(try await subject.written() == Self.valid)
        let after = try summary(subject)
        #expect(after["rejections", "by_destination"] == 0)
        #expect(after["conversations", "created"] == 15)
        #expect(try !subject.workspace.read(subject.rejects("rejected.csv")).contains(refused))
        try await subject.end()
    }

    @Test("Corrected rejects are another input of the same run", arguments: DestinationKind.allCases)
    func correctedRejects(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        #expect(try await subject.run().status == 3)
        let corrected = ContractTickets.header + [3, 7, 12, 15].map { ContractTickets.line($0) }.joined()
        try subject.workspace.write("corrected.csv", corrected)
        let all = ContractTickets.messages(1...19)
        for _ in 1...2 {
            let end = try await subject.run("--source", "corrected.csv", "--summary", "summary.json")
            // The broken row had no readable key, and the second ticket 1 stays a duplicate: they stay counted.
            #expect(end.status == 3, "\(end.errors)")
            #expect(try await subject.written() == all)
            #expect(try summary(subject)["conversations", "created"] == 19)
        }
        try await subject.end()
    }

    @Test(
        "A changed plan stops before anything is sent, and goes on when it is accepted",
        arguments: DestinationKind.allCases)
    func changedPlan(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        #expect(try await subject.run("--limit", "8").status == 3)
        let before = try await subject.written()
        try subject.writePlan(statuses: "open: open, done: closed, urgnt: open")
        let stopped = try await subject.run()
        #expect(stopped.status == 65)
        #expect(stopped.errors.hasPrefix("\(subject.checkpoint): error: the plan has changed since this run began"))
        #expect(stopped.errors.contains("\n  safe: nothing was sent"))
        #expect(try await subject.written() == before)
        let accepted = try await subject.run("--accept-changed-plan", "--summary", "summary.json")
        #expect(accepted.status == 3, "\(accepted.errors)")
        #expect(try await subject.written() == (Self.valid + ["ticket 3 of many"]).sorted())
        #expect(try summary(subject)["conversations", "created"] == 16)

        try subject.writePlan(statuses: "open: open, done: closed, urgnt: open", key: "text")
        let other = try await subject.run()
        #expect(other.status == 65)
        #expect(other.errors.contains("the checkpoint belongs to another plan name, business or key"))
        try await subject.end()
    }

    @Test("A changed input stops before anything is sent", arguments: DestinationKind.allCases)
    func changedInput(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        #expect(try await subject.run("--limit", "8").status == 3)
        let before = try await subject.written()
        let text = try subject.workspace.read("tickets-1.csv")
        try subject.workspace.write("tickets-1.csv", text.replacing("ticket 2 ", with: "ticket Z "))
        let stopped = try await subject.run()
        #expect(stopped.status == 65)
        #expect(stopped.errors.hasPrefix("tickets-1.csv: error: the file is not the one that this run began with"))
        #expect(try await subject.written() == before)
        try await subject.end()
    }

    @Test(
        "A lost checkpoint doubles nothing where the destination itself remembers",
        arguments: DestinationKind.allCases.filter(\.keepsLedger))
    func lostCheckpoint(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        #expect(try await subject.run("--limit", "8").status == 3)
        for present in [6, 15] {
            try subject.workspace.remove(subject.checkpoint)
            let end = try await subject.run("--summary", "summary.json")
            #expect(end.status == 3, "\(end.errors)")
            #expect(try await subject.written() == Self.valid)
            let summary = try summary(subject)
            #expect(summary["conversations", "already_present"] == present)
            #expect(summary["conversations", "created"] == 15 - present)
        }
        try await subject.end()
    }

    @Test("status tells where a run stands", arguments: DestinationKind.allCases)
    func status(_ kind: DestinationKind) async throws {
        let subject = try await begin(kind)
        #expect(try await subject.run("--limit", "8").status == 3)
        let begun = try await subject.workspace.program.run("status", "plan.yaml", "--to", kind.rawValue)
        #expect(begun.status == 0)
        #expect(begun.output.hasPrefix("end-to-end to \(kind.rawValue): stopped after the records asked for"))
        #expect(begun.output.contains("\n  8 records behind it read with --limit"), "\(begun.output)")
        #expect(try await subject.run().status == 3)
        // Without a name it tells of all destinations.
        let finished = try await subject.workspace.program.run("status", "plan.yaml")
        #expect(finished.output.hasPrefix("end-to-end to \(kind.rawValue): finished\n"), "\(finished.output)")
        let figures = finished.lines.map { $0.split(separator: " ") }
        #expect(figures.contains(["records", "read", "20"]) && figures.contains(["created", "15"]))
        try await subject.end()
    }

    @Test("A second run at once is refused", arguments: DestinationKind.allCases)
    func secondRun(_ kind: DestinationKind) async throws {
        let subject = try await DestinationUnderTest(kind, isSlow: true)
        try ContractTickets.write(files: 30, to: subject.workspace)
        try subject.writePlan()
        let running = try await subject.startAndMeet()
        let second = try await subject.run()
        #expect(second.status == 75, "\(second.errors)")
        #expect(second.errors.contains("another run holds the lock"))
        if kind.keepsLedger {
            // Nor from anywhere else: the destination has a lock of its own.
            let elsewhere = try await subject.run("--checkpoint", "elsewhere.checkpoint")
            #expect(elsewhere.status == 75, "\(elsewhere.errors)")
        }
        #expect(running.isRunning)
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await subject.written() == ContractTickets.valid(files: 30))
        try await subject.end()
    }
}
