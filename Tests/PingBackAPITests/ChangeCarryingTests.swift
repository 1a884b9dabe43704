import Foundation
import ImportCore
import ImportTestSupport
import PingBackSandbox
import Synchronization
import Testing

@testable import PingBackAPI

/// Changes against the sandbox, which forgets nothing that it was sent.
@Suite("Changes carried through the API", .timeLimit(.minutes(1)))
struct ChangeCarryingTests {
    private typealias Status = ConversationStatus

    /// A sandbox with conversations of a run, and the rows of that run's checkpoint.
    private final class Night: Sendable {
        let destination: APIDestination
        let journal = RecordingJournal()
        /// User ids of the team.
        let team: [String]
        private let program: Program
        private let dataFile: String

        init(_ destination: APIDestination, team: [String], program: Program, dataFile: String) {
            (self.destination, self.team, self.program, self.dataFile) = (destination, team, program, dataFile)
        }

        /// As the checkpoint has it.
        func entry(_ record: RecordID, _ step: Step) -> AttemptEntry? {
            journal.entries.last { $0.record == record && $0.step == step }
        }

        func id(_ number: Int) -> String { entry(Fixture.record(number), .create)?.remoteID ?? "" }

        /// Somebody in PingBack.
        func sql(_ statement: String) async throws -> [String] {
            let end = try await program.run(dataFile, statement)
            #expect(end.status == 0, "\(end.errors)")
            return end.lines.map { String($0) }
        }

        func shown(_ number: Int) async throws -> ConversationObject? {
            try await destination.reader { _ in }.conversation(id(number))
        }

        func update(
            _ groups: ContentGroups, _ onDrift: DriftRule = .keep, startedAt: Int64 = 0,
            control: RunControl = RunControl(), count: Int = 1, wasAssigned: String? = nil,
            status: (Int) -> ConversationStatus? = { _ in nil }, assignee: (Int) -> String? = { _ in nil }
        ) async throws -> [UpdateOutcome] {
            let changes = Fixture.conversations(count, status: status, assignee: assignee).enumerated().map {
                ChangedConversation(
                    conversation: $1, groups: groups, record: $1.id, remoteID: id($0 + 1),
                    wasAssigned: { id in wasAssigned.map { $0 == id } })
            }
            let carrying = ChangeCarrying(destination) { [self] in entry($0, $1) }
            return try await carrying.update(
                changes,
                in: UpdatingContext(
                    runID: "run", startedAt: startedAt, onDrift: onDrift, control: control, journal: journal))
        }
    }

    private func withNight(_ count: Int = 1, _ body: (Night) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let dataFile = folder.path("sandbox.sqlite")
        let server = SandboxServer(
            SandboxConfiguration(dataFile: dataFile, token: Fixture.token, businessID: Fixture.business))
        let port = try await server.start()
        let program = Program(URL(filePath: "/usr/bin/sqlite3"), in: folder)
        let members = try await program.run(dataFile, "SELECT user_id FROM member ORDER BY rowid")
        do {
            try await Fixture.withDestination("http://127.0.0.1:\(port)", assigns: true) { destination in
                _ = try await destination.prepare()
                let night = Night(
                    destination, team: members.lines.map { String($0) }, program: program, dataFile: dataFile)
                try await destination.write(ListFeed(Fixture.conversations(count)), journal: night.journal)
                try await body(night)
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func endConversationsAndAssignThemAndSendNoMessage() async throws {
        try await withNight(3) { night in
            let outcomes = try await night.update(
                [.status, .assignee], count: 3, status: { [.resolved, .closed, .open][$0 - 1] },
                assignee: { $0 == 3 ? nil : night.team[2] })
            #expect(outcomes.map(\.result) == [.updated, .updated, .unchanged])
            #expect(outcomes.allSatisfy { $0.drifts.isEmpty })
            let shown = [try await night.shown(1), try await night.shown(2), try await night.shown(3)]
            #expect(shown.map { $0?.status } == ["resolved", "closed", "open"])
            #expect(shown.map { $0?.assigneeID } == [night.team[2], night.team[2], nil])
            #expect(try await night.sql("SELECT count(*) FROM message") == ["3"])
            // Durable before it was asked for.
            let steps = night.journal.history(1).filter { $0.step == .resolve }.map(\.state)
            #expect(steps == [.intent, .done])
        }
    }

    @Test func neverMakeAConversationOpenOrPending() async throws {
        try await withNight { night in
            #expect(try await night.update(.status, status: { _ in .resolved }).map(\.result) == [.updated])
            for (rule, status) in [(DriftRule.keep, Status.open), (.overwrite, .pending)] {
                let outcomes = try await night.update(.status, rule, status: { _ in status })
                #expect(outcomes.map(\.result) == [.unchanged])
                #expect(
                    outcomes[0].drifts == [
                        Drift(
                            "status", before: "resolved", after: status.name, reason: .cannotCarry, ending: .notCarried)
                    ])
            }
            _ = try await night.sql("UPDATE conversation SET status = 'open'")
            let reopened = try await night.update(.status, status: { _ in .open })
            #expect(reopened.map(\.result) == [.unchanged] && reopened[0].drifts.isEmpty)
        }
    }

    @Test func leaveAloneOrOverwriteWhatSomebodyReopened() async throws {
        try await withNight { night in
            _ = try await night.update(.status, status: { _ in .resolved })
            _ = try await night.sql("UPDATE conversation SET status = 'open'")
            let kept = try await night.update(.status, status: { _ in .closed })
            #expect(kept.map(\.result) == [.unchanged])
            #expect(
                kept[0].drifts == [
                    Drift("status", before: "open", after: "closed", reason: .changedThere, ending: .kept)
                ])
            #expect(try await night.shown(1)?.status == "open")
            let overwritten = try await night.update(.status, .overwrite, status: { _ in .closed })
            #expect(overwritten.map(\.result) == [.updated])
            #expect(overwritten[0].drifts.map(\.ending) == [.overwritten])
            #expect(try await night.shown(1)?.status == "closed")
        }
    }

    @Test func leaveAloneOrOverwriteWhomSomebodyAssigned() async throws {
        try await withNight { night in
            let team = night.team
            _ = try await night.update(.assignee, assignee: { _ in team[0] })
            // Ours, as the checkpoint says, whatever the night before knew: it may have been killed, or no night at all.
            let known = try await night.update(.assignee, assignee: { _ in team[1] })
            #expect(known.map(\.result) == [.updated] && known[0].drifts.isEmpty)
            #expect(try await night.shown(1)?.assigneeID == team[1])

            _ = try await night.sql("UPDATE conversation SET assignee_id = '\(team[2])'")
            let kept = try await night.update(.assignee, wasAssigned: team[1], assignee: { _ in team[0] })
            #expect(
                kept[0].drifts == [
                    Drift("assignee_id", before: team[2], after: team[0], reason: .changedThere, ending: .kept)
                ])
            let overwritten = try await night.update(
                .assignee, .overwrite, wasAssigned: team[1], assignee: { _ in team[0] })
            #expect(overwritten.map(\.result) == [.updated])
            #expect(try await night.shown(1)?.assigneeID == team[0])
            let nobody = try await night.update(.assignee, .overwrite, wasAssigned: team[0])
            #expect(nobody[0].drifts.map(\.reason) == [.cannotCarry])
        }
    }

    @Test func toMessagesAndTheRestAreListedWithoutARequest() async throws {
        try await withNight { night in
            let before = await night.destination.requestCounts().sent
            let outcomes = try await night.update([.messages, .rest], .overwrite)
            #expect(outcomes.map(\.result) == [.unchanged])
            #expect(outcomes[0].drifts.map(\.field) == ["messages", "rest"])
            #expect(outcomes[0].drifts.allSatisfy { $0.reason == .cannotCarry && $0.ending == .notCarried })
            #expect(await night.destination.requestCounts().sent == before)
        }
    }

    @Test func toAConversationThatIsGoneCreateNone() async throws {
        try await withNight(2) { night in
            _ = try await night.sql(
                "DELETE FROM message WHERE conversation_id = '\(night.id(1))'; DELETE FROM conversation WHERE id = '\(night.id(1))'"
            )
            let outcomes = try await night.update(.status, .overwrite, count: 2, status: { _ in .closed })
            #expect(outcomes.map(\.result) == [.unchanged, .updated])
            #expect(outcomes[0].drifts.map(\.reason) == [.vanishedThere])
            #expect(outcomes[0].drifts.map(\.ending) == [.notCarried])
            #expect(try await night.sql("SELECT count(*) FROM conversation") == ["1"])
        }
    }

    @Test func thatThisRunCarriedAreKnownAndThoseOfAnEarlierOneAreNothingToDo() async throws {
        try await withNight { night in
            _ = try await night.update(.status, status: { _ in .closed })
            #expect(try await night.update(.status, status: { _ in .closed }).map(\.result) == [.updated])
            let tomorrow = WallClock.milliseconds() + 1
            #expect(
                try await night.update(.status, startedAt: tomorrow, status: { _ in .closed }).map(\.result)
                    == [.unchanged])
            #expect(night.journal.entries.count { $0.step == .close && $0.state == .intent } == 1)
        }
    }

    @Test func areNotBegunByARunThatIsToStopAndAreRefusedOneByOne() async throws {
        try await withNight(2) { night in
            let control = RunControl()
            control.stop(.terminated)
            let stopped = try await night.update(.status, control: control, count: 2, status: { _ in .closed })
            #expect(stopped.map(\.result) == [.notReached, .notReached])
            #expect(night.journal.entries.allSatisfy { $0.step == .create })

            let stranger = "00000000-0000-4000-8000-000000000000"
            let refused = try await night.update(
                .assignee, count: 2, assignee: { $0 == 1 ? stranger : night.team[1] })
            guard case .refused(let finding) = refused[0].result else {
                Issue.record("not refused")
                return
            }
            #expect(finding.field == "assignee_id")
            #expect(refused[1].result == .updated)
        }
    }
}
