import ArgumentParser
import Foundation
import ImportCore
import PingBackAPI
import PlanReading
import PostgresWriting

/// A destination of the plan, found and checked as far as the plan alone tells: a mistyped `--to` must cost neither a
/// checkpoint nor a request.
struct DestinationChoice: Sendable {
    let name: String
    private(set) var kind: Kind

    enum Kind: Sendable {
        /// The stand-in server inside the program: it has an address once it is started.
        case inside(APIOptions, FaultScript?)
        case http(APIOptions)
        case postgres(PostgresOptions)
    }

    /// - Parameter transport: what the command line says of how an API is reached; nil for a verb that does not ask.
    /// - Throws: `DestinationError` where the plan has no such destination, `APIError` or `TokenError` where its address
    ///   or token cannot be used, `FaultScriptError` where the sandbox's script is wrong.
    init(_ name: String, in file: PlanFile, transport: TransportOptions? = nil) throws {
        self.name = name
        let destinations = file.plan.destinations
        switch name {
        case "sandbox":
            let sandbox = destinations.sandbox
            if sandbox.url == nil {
                let faults = try sandbox.rehearsal.faults.map { try FaultScriptReader.read(path: file.resolve($0)) }
                kind = .inside(sandbox, faults)
            } else {
                kind = .http(try Self.resolved(sandbox, in: file, transport: transport))
            }
        case "api":
            guard let api = destinations.api else { throw DestinationError.notInPlan(name, plan: file.path) }
            kind = .http(try Self.resolved(api, in: file, transport: transport))
        case "postgres":
            guard let postgres = destinations.postgres else {
                throw DestinationError.notInPlan(name, plan: file.path)
            }
            kind = .postgres(postgres)
        default: throw DestinationError.unknown(name)
        }
        if case .http(let options) = kind {
            try APIDestination.check(options, name: name, environment: ProcessInfo.processInfo.environment)
        } else if let transport, !transport.isEmpty {
            throw ValidationError("--ca, --allow-http and --token-stdin go with a destination that has a url")
        }
    }

    /// The options with paths for this process, the command line's word, and the token itself.
    private static func resolved(
        _ options: APIOptions, in file: PlanFile, transport: TransportOptions?
    ) throws -> APIOptions {
        var options = options
        options.ca = transport?.ca ?? options.ca.map { file.resolve($0) }
        options.allowsPlainHTTP = options.allowsPlainHTTP || transport?.allowHttp ?? false
        if transport?.tokenStdin ?? false {
            options.token = try TokenSource.standardInput()
        } else if let path = options.tokenFile {
            options.token = try TokenSource.file(file.resolve(path))
        }
        return options
    }

    /// The options of a destination that speaks the HTTP API.
    var api: APIOptions? {
        switch kind {
        case .inside(let options, _), .http(let options): options
        case .postgres: nil
        }
    }

    /// What becomes of each field there.
    var fidelity: Fidelity {
        switch kind {
        case .inside, .http: .pingBackAPI
        case .postgres: .postgres
        }
    }

    /// Whether requests cannot leave this machine.
    var isLoopback: Bool {
        switch kind {
        case .inside: true
        case .http(let options): APIDestination.isLoopback(options)
        case .postgres: false
        }
    }

    /// Whether it is the stand-in, which a rehearsal may fill with anything. A host elsewhere is none, whatever the plan
    /// calls it.
    var isRehearsal: Bool { name == "sandbox" && isLoopback }

    /// The choice, with the command line's word on whether a used-up budget and a closed window are waited for.
    func waiting(_ waits: Bool) -> DestinationChoice {
        var choice = self
        switch kind {
        case .inside(var options, let faults):
            options.waits = waits
            choice.kind = .inside(options, faults)
        case .http(var options):
            options.waits = waits
            choice.kind = .http(options)
        case .postgres: break
        }
        return choice
    }
}
