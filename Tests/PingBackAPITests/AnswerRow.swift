import ImportCore
import Testing

/// One answer to a request that changes something, and what must become of its step and of the run.
struct AnswerRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var reply: ScriptedServer.Reply
    var state: AttemptState
    var status: ImportCore.ExitStatus?

    init(
        _ name: String, _ reply: ScriptedServer.Reply, _ state: AttemptState,
        stops status: ImportCore.ExitStatus? = nil
    ) {
        testDescription = name
        self.reply = reply
        self.state = state
        self.status = status
    }
}
