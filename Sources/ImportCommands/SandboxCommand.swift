import ArgumentParser
import Foundation
import ImportCore
import PingBackSandbox

/// The stand-in PingBack server, alone.
struct SandboxCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serves the stand-in PingBack API on loopback, for trying things.",
        discussion: """
              $ pingback-import sandbox --port 8080 --data sandbox.sqlite \\
                    --business-id b2c3d4e5-f6a7-8901-bcde-f12345678901

            A plan names it as sandbox: {url: http://127.0.0.1:8080, token: …}. It runs until it is stopped.
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

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port is a number from 0 to 65535") }
        if latency < 0 { throw ValidationError("--latency is a number of milliseconds") }
    }

    func execute() async throws -> ExitStatus {
        let given = ProcessInfo.processInfo.environment[tokenVariable]
        let token = given ?? UUID().uuidString.lowercased()
        let server = SandboxServer(
            SandboxConfiguration(
                dataFile: data, port: port, token: token, businessID: businessID, latency: .milliseconds(latency)))
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
