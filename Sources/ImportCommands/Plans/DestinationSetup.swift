import Foundation
import ImportCore
import PingBackAPI
import PingBackSandbox
import PostgresWriting

/// A destination of the plan, ready to be spoken to; for a sandbox without a URL that includes the stand-in server,
/// which lives as long as the run.
struct DestinationSetup: Sendable {
    let name: String
    let destination: any Destination
    private let server: SandboxServer?

    /// Where the stand-in server keeps its data, when it is inside the program.
    let dataFile: String?

    private init(
        name: String, destination: any Destination, server: SandboxServer? = nil, dataFile: String? = nil
    ) {
        self.name = name
        self.destination = destination
        self.server = server
        self.dataFile = dataFile
    }

    private static func open(_ choice: DestinationChoice, for file: PlanFile) async throws -> DestinationSetup {
        switch choice.kind {
        case .inside(let options, let script): try await inside(options, script, choice.name, for: file)
        case .http(let options):
            DestinationSetup(
                name: choice.name,
                destination: try APIDestination(
                    options: options, businessID: file.plan.businessID, name: choice.name,
                    assigns: file.plan.conversation.texts[.assigneeID] != nil,
                    environment: ProcessInfo.processInfo.environment))
        case .postgres(let options): try postgres(options, choice.name, for: file)
        }
    }

    /// - Throws: where the connection's settings cannot be used.
    static func postgres(_ options: PostgresOptions, for file: PlanFile) throws -> PostgresDestination {
        try PostgresDestination(
            options: options, plan: file.plan, environment: ProcessInfo.processInfo.environment)
    }

    private static func postgres(
        _ options: PostgresOptions, _ name: String, for file: PlanFile
    ) throws -> DestinationSetup {
        DestinationSetup(name: name, destination: try postgres(options, for: file))
    }

    private static func inside(
        _ options: APIOptions, _ script: FaultScript?, _ name: String, for file: PlanFile
    ) async throws -> DestinationSetup {
        var options = options
        let token = UUID().uuidString
        var customers: [SandboxCustomer] = []
        if let path = options.rehearsal.customers {
            customers = try await CustomerFile.read(path, relativeTo: file.folder)
        }
        let server = SandboxServer(
            SandboxConfiguration(
                dataFile: file.sandboxData, port: 0, token: token, businessID: file.plan.businessID,
                script: script, customers: customers))
        let port: Int
        do {
            port = try await server.start()
        } catch {
            throw DestinationError.sandbox(error)
        }
        options.url = "http://127.0.0.1:\(port)"
        options.token = Secret(token)
        // The server ends with the program: what it had not applied by then, it never will. While it runs it applies a
        // request when its script's latency is over, whether or not anybody still waits for the answer.
        options.timeout = min(options.timeout, 10)
        options.doubts.settleAfter = script?.greatestLatency ?? 0
        let destination = try APIDestination(options: options, businessID: file.plan.businessID, name: name)
        return DestinationSetup(name: name, destination: destination, server: server, dataFile: file.sandboxData)
    }

    /// What carries changes to conversations that are in.
    ///
    /// - Parameter entry: a step of a record, as the checkpoint has it.
    func updating(
        _ entry: @escaping @Sendable (RecordID, Step) async throws -> AttemptEntry?
    ) -> any Updating {
        switch destination {
        case let postgres as PostgresDestination: postgres
        case let api as APIDestination: ChangeCarrying(api, entry: entry)
        default: preconditionFailure("every destination takes what it can of a change")
        }
    }

    /// Opens a destination, lends it, and closes it whatever becomes of that.
    static func lend<Result>(
        _ choice: DestinationChoice, for file: PlanFile, _ body: (DestinationSetup) async throws -> Result
    ) async throws -> Result {
        let setup = try await open(choice, for: file)
        let result: Result
        do {
            result = try await body(setup)
        } catch {
            // What went wrong first is what is told.
            try? await setup.close()
            throw error
        }
        try await setup.close()
        return result
    }

    private func close() async throws {
        try await destination.shutdown()
        await server?.stop()
    }
}

/// Why a destination cannot be used at all.
enum DestinationError: PresentableError {
    case unknown(String)
    case notInPlan(String, plan: String)
    case sandbox(SandboxError)
    /// The verb reads PingBack's HTTP API, and this destination is none.
    case notAnAPI(String, destination: String)
    /// Only the run's checkpoint tells what it created there, and there is none.
    case noCheckpoint(String, destination: String)
    /// The checkpoint is that of a run elsewhere.
    case otherCheckpoint(String, found: String)

    var report: FailureReport {
        switch self {
        case .unknown(let name):
            FailureReport(.plan, "there is no destination \(name)", hint: "--to takes sandbox, api or postgres")
        case .notInPlan(let name, let plan):
            FailureReport(
                .plan, place: plan, "the plan has no destination \(name)", hint: "add it under destinations:")
        case .noCheckpoint(let path, let destination):
            FailureReport(
                .data, place: path,
                "there is no such checkpoint, and only it tells what a run created in \(destination)",
                hint: "name the run's own with --checkpoint")
        case .otherCheckpoint(let path, let found):
            FailureReport(
                .data, place: path, "the checkpoint belongs to another destination: \(found)",
                hint: "name the run's own with --checkpoint, or correct the plan")
        case .notAnAPI(let verb, let destination):
            FailureReport(
                .plan, "\(verb) reads PingBack's API, and the destination \(destination) is none",
                hint: "--to api or --to sandbox")
        case .sandbox(let error):
            FailureReport(Self.status(of: error), error.description)
        }
    }

    private static func status(of error: SandboxError) -> ExitStatus {
        switch error {
        case .emptyToken, .malformedBusinessID, .malformedCustomerID, .hostNotLoopback: .plan
        case .cannotListen: .unavailable
        case .dataFileUnusable: .cannotWrite
        case .notSandboxData, .dataOfAnotherBusiness, .newerDataFormat: .data
        }
    }
}
