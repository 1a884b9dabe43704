package import ArgumentParser
import ImportCore

/// The program: one file a verb beside this one.
package struct PingBackImport: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "pingback-import",
        abstract: "Moves a support team's old tickets into PingBack.",
        discussion: """
            Try it on the sample, which harms nobody: it goes into a stand-in server inside the program.

              $ pingback-import validate samples/zendesk/plan.yaml
              $ pingback-import run samples/zendesk/plan.yaml
              $ pingback-import status samples/zendesk/plan.yaml

            \(ExitStatus.table)
            """,
        version: "0.1.0",
        subcommands: [
            GuessCommand.self, PresetsCommand.self, RecordsCommand.self, PreviewCommand.self, ValidateCommand.self,
            RunCommand.self, SyncCommand.self,
            StatusCommand.self, ExplainCommand.self, CompactCommand.self, ReconcileCommand.self, VerifyCommand.self,
            UndoCommand.self,
            CustomersCommand.self,
            SchemaCommand.self, SandboxCommand.self,
        ]
    )

    package init() {}
}

extension ExitStatus {
    /// What the status says, for help and documentation.
    package var meaning: String {
        switch self {
        case .done: "everything done, nothing rejected, nothing in doubt"
        case .someRejected: "done; some records were rejected"
        case .rejectionLimit: "stopped: the rejection limit was passed"
        case .someInDoubt: "done; some conversations are in doubt"
        case .quota: "stopped: a quota or the message budget is used up, or the window is closed"
        case .usage: "wrong usage"
        case .data: "the input, or the checkpoint, is not what it should be"
        case .noInput: "an input file is missing or unreadable"
        case .unavailable: "the destination cannot be reached, or stayed unavailable"
        case .bug: "a bug: please report"
        case .cannotWrite: "an output file cannot be written"
        case .locked: "another run holds the lock"
        case .protocolMismatch: "the destination does not speak PingBack's API"
        case .refused: "the destination refused us: credentials, wrong business, missing rights"
        case .plan: "the plan is wrong"
        case .hangup: "stopped by SIGHUP: drained, saved, resumable"
        case .interrupted: "stopped by SIGINT: drained, saved, resumable"
        case .terminated: "stopped by SIGTERM: drained, saved, resumable"
        }
    }

    /// All statuses, a line each.
    static var table: String {
        "Exit status:\n"
            + allCases.map { status in
                let number = String(status.rawValue)
                return "  " + String(repeating: " ", count: 3 - number.count) + number + "  " + status.meaning
            }.joined(separator: "\n")
    }
}
