import ArgumentParser
import Checkpointing
import ImportCore
import PlanReading

/// How a command that nobody looks at is watched, and what it does where another one is at work.
struct WatchOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file for Prometheus (node_exporter's textfile collector), written when the command ends.",
            valueName: "file.prom"))
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "Wait so long for another run to end, instead of stopping with status 75: 30s, 10m, 1h.",
            valueName: "time"))
    var waitLock: WaitTime?

    /// Takes the lock for a checkpoint, and says whom it waits for.
    func lock(forCheckpoint path: String, console: Console) async throws -> RunLock {
        try await RunLock.take(forCheckpoint: path, within: waitLock?.duration) { owner in
            console.say(
                "another run holds the lock; waiting for it" + (owner.map { ": \($0)" } ?? ""), .lock,
                [("owner", .text(owner))])
        }
    }
}

/// A length of time on the command line, in the plan's spelling.
struct WaitTime: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let seconds = Quantity(argument)?.seconds else { return nil }
        duration = .seconds(seconds)
    }
}
