import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The stand-in PingBack: the documented API over HTTP on loopback, with its data in one SQLite file.
///
/// Inside a program, `start()` it, use it, `stop()` it. Alone, `run(onStart:)` serves until its task is cancelled or
/// the service group around it shuts down.
package actor SandboxServer {
    private enum State {
        case idle
        case starting
        case running(Serving, data: DataFile)
        case stopped
    }

    /// What serves, and the group around it that can ask it to end in order.
    private struct Serving {
        let group: ServiceGroup
        let task: Task<Void, any Error>
    }

    /// How long requests in flight may keep a stopping server.
    private static let drainLimit = Duration.seconds(5)

    private let configuration: SandboxConfiguration
    private var state = State.idle

    package init(_ configuration: SandboxConfiguration) {
        self.configuration = configuration
    }

    /// Opens the data, listens, and returns the port. A server starts once.
    package func start() async throws(SandboxError) -> Int {
        guard case .idle = state else { preconditionFailure("a sandbox server starts once") }
        state = .starting
        do {
            return try await startServing()
        } catch {
            state = .stopped
            throw error
        }
    }

    private func startServing() async throws(SandboxError) -> Int {
        guard SandboxConfiguration.loopbackHosts.contains(configuration.host) else {
            throw .hostNotLoopback(configuration.host)
        }
        guard !configuration.token.isEmpty else { throw .emptyToken }
        guard let business = Business(id: configuration.businessID) else {
            throw .malformedBusinessID(configuration.businessID)
        }

        let data = try await DataFile.open(at: configuration.dataFile, for: business)
        let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = application(over: data, of: business) { listening.yield($0) }
        let group = ServiceGroup(configuration: Self.groupConfiguration(for: application, configuration.logger))
        let task = Task {
            do {
                try await group.run()
                listening.finish()
            } catch {
                listening.finish(throwing: error)
                throw error
            }
        }

        var reason = "the server stopped before it listened"
        do {
            for try await port in ports {
                state = .running(Serving(group: group, task: task), data: data)
                return port
            }
        } catch {
            reason = String(describing: error)
        }
        task.cancel()
        _ = await task.result
        await data.close()
        throw .cannotListen(host: configuration.host, port: configuration.port, reason: reason)
    }

    /// Answers what is in flight, closes the connections and the data file. Stopping twice is harmless.
    package func stop() async {
        guard case .running(let serving, let data) = state else { return }
        state = .stopped
        await serving.group.triggerGracefulShutdown()
        // However it ended: the data may be closed only once no handler can touch it any more.
        _ = await serving.task.result
        await data.close()
    }

    /// Serves until the task is cancelled, then stops; `onStart` is told the port. Throws if the server fails.
    package func run(onStart: @Sendable (Int) async -> Void = { _ in }) async throws {
        let port = try await start()
        await onStart(port)
        guard case .running(let serving, _) = state else { return }
        let ending = await withTaskCancellationHandler {
            await serving.task.result
        } onCancel: {
            // Not the task itself: cancelled, it would drop the answers of what is already committed.
            Task { await serving.group.triggerGracefulShutdown() }
        }
        await stop()
        if case .failure(let error) = ending, !Task.isCancelled { throw error }
    }

    private static func groupConfiguration(
        for application: some Service, _ logger: Logger
    ) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = drainLimit
        return configuration
    }

    private func application(
        over data: DataFile, of business: Business, onPort: @escaping @Sendable (Int) -> Void
    ) -> Application<some HTTPResponder<SandboxContext>> {
        let api = SandboxAPI(
            business: business,
            token: configuration.token,
            dataID: data.id,
            latency: configuration.latency,
            conversations: ConversationStore(database: data.database, business: business),
            team: TeamStore(database: data.database)
        )
        return Application(
            router: api.router(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "pingback-sandbox"
            ),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) },
            logger: configuration.logger
        )
    }
}
