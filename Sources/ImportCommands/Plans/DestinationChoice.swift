import ImportCore
import PingBackAPI

/// A destination of the plan, found and checked as far as the plan alone tells: a mistyped `--to` must cost neither a
/// checkpoint nor a request.
struct DestinationChoice: Sendable {
    let name: String
    let kind: Kind

    enum Kind: Sendable {
        /// The stand-in server inside the program: it has an address once it is started.
        case inside(APIOptions)
        case http(APIOptions)
        case postgres(PostgresOptions)
    }

    /// - Throws: `DestinationError` where the plan has no such destination, `APIError` where its address or token cannot
    ///   be used.
    init(_ name: String, in file: PlanFile) throws {
        self.name = name
        let destinations = file.plan.destinations
        switch name {
        case "sandbox":
            kind = destinations.sandbox.url == nil ? .inside(destinations.sandbox) : .http(destinations.sandbox)
        case "api":
            guard let api = destinations.api else { throw DestinationError.notInPlan(name, plan: file.path) }
            kind = .http(api)
        case "postgres":
            guard let postgres = destinations.postgres else {
                throw DestinationError.notInPlan(name, plan: file.path)
            }
            kind = .postgres(postgres)
        default: throw DestinationError.unknown(name)
        }
        if case .http(let options) = kind { try APIDestination.check(options, name: name) }
    }

    /// The choice, for a verb that so far only Postgres knows; another one is not even started.
    func only(_ verb: String) throws(DestinationError) -> DestinationChoice {
        guard case .postgres = kind else { throw .notYet(verb, destination: name) }
        return self
    }
}
