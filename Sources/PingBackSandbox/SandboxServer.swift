import Hummingbird
import ImportCore
import Logging
import NIOCore
import ServiceLifecycle

/// The stand-in PingBack: the documented API over HTTP on loopback, with its data in one SQLite file.
///
/// Inside a program, `start()` it, use it, `stop()` it. Alone, `run(onStart:)` serves until its task is cancelled or
/// the service group around it shuts down. Where its fault script wants it, it goes down and comes up again on the same
/// port, with the same data.
package actor SandboxServer {
    private enum State {
        case idle
        case starting
        case running(Serving, stores: Stores)
        case stopped
    }

    /// What serves, and the group around it that can ask it to end in order.
    private struct Serving {
        let group: ServiceGroup
        let task: Task<Void, any Error>
        let listening: any Channel
        /// Kept, since a channel that is closed has no address any more.
        let port: Int
    }

    /// What outlives a restart.
    private struct Stores {
        let data: DataFile
        let api: SandboxAPI
    }

    /// How long requests in flight may keep a stopping server.
    private static let drainLimit = Duration.seconds(5)

    private let configuration: SandboxConfiguration
    private let director: FaultDirector?
    private let connections = ConnectionRegister()
    private var state = State.idle
    private var restarting: Task<Void, Never>?
    /// What served before a restart, and may still be at work on requests whose connections are cut.
    private var retired: [Task<Void, any Error>] = []

    package init(_ configuration: SandboxConfiguration) {
        self.configuration = configuration
        director = configuration.script.map { FaultDirector($0) }
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
        do {
            let stores = try await stores(over: data, of: business)
            let serving = try await serve(stores.api, port: configuration.port)
            state = .running(serving, stores: stores)
            return serving.port
        } catch {
            await data.close()
            throw error
        }
    }

    /// Listens, and returns when it does.
    private func serve(_ api: SandboxAPI, port: Int) async throws(SandboxError) -> Serving {
        let (channels, listening) = AsyncThrowingStream<any Channel, any Error>.makeStream()
        let application = application(answering: api, port: port) { listening.yield($0) }
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
            for try await channel in channels {
                return Serving(
                    group: group, task: task, listening: channel, port: channel.localAddress?.port ?? 0)
            }
        } catch {
            reason = String(describing: error)
        }
        task.cancel()
        _ = await task.result
        throw .cannotListen(host: configuration.host, port: port, reason: reason)
    }

    /// Answers what is in flight, closes the connections and the data file. Stopping twice is harmless.
    package func stop() async {
        guard case .running(let serving, let stores) = state else { return }
        state = .stopped
        restarting?.cancel()
        await restarting?.value
        await Self.end(serving)
        // However it ended: the data may be closed only once no handler can touch it any more.
        for task in retired { _ = await task.result }
        await stores.data.close()
    }

    private static func end(_ serving: Serving) async {
        await serving.group.triggerGracefulShutdown()
        _ = await serving.task.result
    }

    /// Serves until the task is cancelled, then stops; `onStart` is told the port. Throws if the server fails.
    package func run(onStart: @Sendable (Int) async -> Void = { _ in }) async throws {
        let port = try await start()
        await onStart(port)
        let ending = await withTaskCancellationHandler {
            await servedToTheEnd()
        } onCancel: {
            // Not the task itself: cancelled, it would drop the answers of what is already committed.
            Task { await drain() }
        }
        await stop()
        if case .failure(let error) = ending, !Task.isCancelled { throw error }
    }

    /// How serving ended, restarts passed over.
    private func servedToTheEnd() async -> Result<Void, any Error> {
        var ending = Result<Void, any Error>.success(())
        while case .running(let serving, _) = state {
            ending = await serving.task.result
            await restarting?.value
            guard case .running(let next, _) = state, next.listening !== serving.listening else { break }
        }
        return ending
    }

    private func drain() async {
        restarting?.cancel()
        guard case .running(let serving, _) = state else { return }
        await serving.group.triggerGracefulShutdown()
    }

    /// Cuts every connection, listens no more, and after `down` seconds listens again. A restart during a restart is
    /// part of it.
    private func restart(down: Double) {
        guard case .running(let serving, let stores) = state, restarting == nil else { return }
        retired.append(serving.task)
        restarting = Task {
            await serving.group.triggerGracefulShutdown()
            connections.cutAll()
            try? await serving.listening.closeFuture.get()
            // Those that came in between.
            connections.cutAll()
            try? await Task.sleep(for: .seconds(down))
            await comeUp(stores, port: serving.port)
            restarting = nil
        }
    }

    private func comeUp(_ stores: Stores, port: Int) async {
        guard !Task.isCancelled, case .running = state else { return }
        do {
            let serving = try await serve(stores.api, port: port)
            if !Task.isCancelled, case .running = state {
                state = .running(serving, stores: stores)
            } else {
                await Self.end(serving)
            }
        } catch {
            configuration.logger.error("The sandbox did not come up again", metadata: ["error": "\(error)"])
        }
    }

    private static func groupConfiguration(
        for application: some Service, _ logger: Logger
    ) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = drainLimit
        return configuration
    }

    private func stores(over data: DataFile, of business: Business) async throws(SandboxError) -> Stores {
        let customers = CustomerStore(database: data.database)
        try await customers.seed(configuration.customers)
        let api = SandboxAPI(
            business: business,
            token: configuration.token,
            dataID: data.id,
            latency: configuration.latency,
            conversations: ConversationStore(database: data.database, business: business),
            customers: customers,
            team: TeamStore(database: data.database),
            unknownCustomer: configuration.script?.unknownCustomer ?? .madeUp
        )
        return Stores(data: data, api: api)
    }

    private func application(
        answering api: SandboxAPI, port: Int, onListening: @escaping @Sendable (any Channel) -> Void
    ) -> Application<some HTTPResponder<SandboxContext>> {
        let faults = director.map { director in
            FaultInjection(director: director, connections: connections) { [weak self] down in
                // Detached from the request, whose task carries the shutdown of the service group that is to end: what
                // comes up in its place would end with it at once.
                Task.detached { await self?.restart(down: down) }
            }
        }
        return Application(
            router: api.router(behind: faults),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: port),
                serverName: "pingback-sandbox"
            ),
            onServerRunning: { channel in onListening(channel) },
            logger: configuration.logger
        )
    }
}
