import ArgumentParser
import Foundation
import ImportCore
import PingBackSandbox
import PlanReading

/// The stand-in PingBack server, alone.
struct SandboxCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serves the stand-in PingBack API on loopback, for trying things.",
        discussion: """
              $ pingback-import sandbox --port 8080 --data sandbox.sqlite \\
                    --business-id b2c3d4e5-f6a7-8901-bcde-f12345678901

            A plan names it as sandbox: {url: http://127.0.0.1:8080, token: …}. It runs until it is stopped.

              $ pingback-import sandbox --port 8080 --data sandbox.sqlite --faults samples/bad-night/faults.yaml

            With --faults it misbehaves as the script says: limits of rate and of requests in flight, latency, lost \
            answers, cut connections, any status, wrong answers, restarts. A script is YAML:

              seed: 7
              limits: {rate: 100/s, in_flight: 5}
              faults:
                - {when: {request: create, share: 2%}, do: {close: after-commit}}
                - {when: {after: 10s, for: 60s}, do: {status: 502, committed: true}}

            A rule applies to the requests that meet all of its when (request, number, from, to, every, share, after,
            for), and the first rule that does is done: latency, latency_after, and one of close, reset, status,
            answer, bytes, restart; an answer may be slow_bytes or truncate_at. What is random follows from the seed.
            The documentation's page on faults has it all.
            """)

    @Option(help: ArgumentHelp("The port on 127.0.0.1; 0 takes a free one.", valueName: "number"))
    var port = 0

    @Option(help: ArgumentHelp("The SQLite file for its data.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("The business whose inbox it is.", valueName: "uuid"))
    var businessID = "b2c3d4e5-f6a7-8901-bcde-f12345678901"

    @Option(
        help: ArgumentHelp(
            "The environment variable that holds the bearer token; without one, a token is made up and printed.",
            valueName: "name"))
    var tokenVariable = "PINGBACK_SANDBOX_TOKEN"

    @Option(help: ArgumentHelp("How long each create takes, in milliseconds, after it was applied.", valueName: "ms"))
    var latency = 0

    @Option(help: ArgumentHelp("A fault script: it misbehaves as the script says.", valueName: "file"))
    var faults: String?

    @Option(
        help: ArgumentHelp(
            "Make these customers known first: CSV with the columns id, name, email, phone, external_id.",
            valueName: "file"))
    var customers: String?

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port is a number from 0 to 65535") }
        if latency < 0 { throw ValidationError("--latency is a number of milliseconds") }
    }

    func execute() async throws -> ExitStatus {
        let script = try faults.map { try FaultScriptReader.read(path: $0) }
        var known: [SandboxCustomer] = []
        if let customers { known = try await CustomerFile.read(customers) }
        let given = ProcessInfo.processInfo.environment[tokenVariable]
        let token = given ?? UUID().uuidString.lowercased()
        let server = SandboxServer(
            SandboxConfiguration(
                dataFile: data, port: port, token: token, businessID: businessID, latency: .milliseconds(latency),
                script: script, customers: known))
        do {
            try await server.run { port in
                try? Console.print("http://127.0.0.1:\(port)")
                // A token that was given is known; only one that was made up has to be told.
                if given == nil { try? Console.print("token \(token)") }
            }
        } catch let error as SandboxError {
            throw DestinationError.sandbox(error)
        }
        return .done
    }
}
