import ImportCore
import PingBackAPI

/// A destination of the plan, found and checked as far as the plan alone tells: a mistyped `--to` must cost neither a
/// checkpoint nor a request.
struct DestinationChoice: Sendable {
    let name: String
    let options: APIOptions

    /// - Throws: `DestinationError` where the plan has no such destination, `APIError` where its address or token cannot
    ///   be used.
    init(_ name: String, in file: PlanFile) throws {
        self.name = name
        switch name {
        case "sandbox": options = file.plan.destinations.sandbox
        case "api":
            guard let api = file.plan.destinations.api else { throw DestinationError.notInPlan(name, plan: file.path) }
            options = api
        default: throw DestinationError.unknown(name)
        }
        if !isInside { try APIDestination.check(options, name: name) }
    }

    /// Whether the stand-in server inside the program is meant: it has an address once it is started.
    var isInside: Bool { name == "sandbox" && options.url == nil }
}
