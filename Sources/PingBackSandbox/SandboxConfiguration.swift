package import ImportCore
package import Logging

/// What a sandbox is told before it starts: whose it is, where its data lies, and how it answers.
package struct SandboxConfiguration: Sendable {
    /// The SQLite file; created with mode 0600 when it does not exist. Its folder has to exist.
    package var dataFile: String

    /// `127.0.0.1`, `::1`, or `localhost`: the sandbox keeps real people's tickets and never leaves this machine.
    package var host: String

    /// 0 takes any free port.
    package var port: Int

    /// What `Authorization: Bearer` has to carry.
    package var token: String

    /// The business of the token's account. A data file belongs to one business for ever.
    package var businessID: String

    /// How long a create waits between its commit and its answer, as a distant server would make it.
    package var latency: Duration

    /// How it misbehaves; nil for not at all.
    package var script: FaultScript?

    /// Those who are customers of the business from the beginning, beside whom the data file has.
    package var customers: [SandboxCustomer]

    /// Warnings and errors only unless told otherwise, on standard error. Never sees a token or a body.
    package var logger: Logger

    package init(
        dataFile: String,
        host: String = "127.0.0.1",
        port: Int = 0,
        token: String,
        businessID: String,
        latency: Duration = .zero,
        script: FaultScript? = nil,
        customers: [SandboxCustomer] = [],
        logger: Logger? = nil
    ) {
        self.dataFile = dataFile
        self.host = host
        self.port = port
        self.token = token
        self.businessID = businessID
        self.latency = latency
        self.script = script
        self.customers = customers
        self.logger = logger ?? Self.quietLogger
    }

    private static var quietLogger: Logger {
        var logger = Logger(label: "pingback-sandbox") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }

    static let loopbackHosts: Set<String> = ["127.0.0.1", "::1", "localhost"]
}
