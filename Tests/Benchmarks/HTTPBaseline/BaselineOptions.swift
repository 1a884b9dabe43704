/// `HTTPBaseline URL TOKEN BUSINESS_ID --requests N --concurrency C`
struct BaselineOptions: Sendable {
    static let usage = "usage: HTTPBaseline URL TOKEN BUSINESS_ID [--requests N] [--concurrency C]"

    /// Of the create request, made from the server's.
    let url: String
    let token: String
    let businessID: String
    private(set) var requests = 20_000
    private(set) var concurrency = 16

    init?(_ arguments: some Collection<String>) {
        var words: [String] = []
        var rest = arguments.makeIterator()
        while let argument = rest.next() {
            switch argument {
            case "--requests":
                guard let value = rest.next().flatMap({ Int($0) }), value > 0 else { return nil }
                requests = value
            case "--concurrency":
                guard let value = rest.next().flatMap({ Int($0) }), value > 0 else { return nil }
                concurrency = value
            default:
                words.append(argument)
            }
        }
        guard words.count == 3 else { return nil }
        let server = words[0].hasSuffix("/") ? String(words[0].dropLast()) : words[0]
        url = server + "/api/v1/conversations/"
        token = words[1]
        businessID = words[2]
    }
}

/// What one run of the loop came to.
struct BaselineResult: Encodable {
    let requests: Int
    let concurrency: Int
    let seconds: Double
    let requestsPerSecond: Double

    init(requests: Int, concurrency: Int, seconds: Double) {
        self.requests = requests
        self.concurrency = concurrency
        self.seconds = seconds
        requestsPerSecond = (Double(requests) / seconds).rounded()
    }

    enum CodingKeys: String, CodingKey {
        case requests, concurrency, seconds
        case requestsPerSecond = "requests_per_second"
    }
}

/// An answer that makes the figure worthless.
struct BaselineError: Error, CustomStringConvertible {
    let status: String

    var description: String { "the server answered \(status); the loop only knows 200" }
}
