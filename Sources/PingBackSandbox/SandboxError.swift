/// Why a sandbox did not start. None of these has touched anybody's data.
package enum SandboxError: Error, Equatable, Sendable {
    case emptyToken
    case malformedBusinessID(String)
    case malformedCustomerID(String)
    case hostNotLoopback(String)
    case cannotListen(host: String, port: Int, reason: String)

    /// The file cannot be created, opened, read, or written.
    case dataFileUnusable(path: String, reason: String)

    /// The file exists and holds something else: it is left as it was.
    case notSandboxData(path: String)

    case dataOfAnotherBusiness(path: String, found: String, expected: String)

    /// The file was written by a later version of the program.
    case newerDataFormat(path: String, found: Int, known: Int)
}

extension SandboxError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyToken:
            "the sandbox needs a token that is not empty"
        case .malformedBusinessID(let id):
            "the business id \(id) is not a UUID (8-4-4-4-12 hexadecimal digits)"
        case .malformedCustomerID(let id):
            "the customer id \(id) is not a UUID (8-4-4-4-12 hexadecimal digits)"
        case .hostNotLoopback(let host):
            "the sandbox listens on this machine only (127.0.0.1, ::1, or localhost), not on \(host)"
        case .cannotListen(let host, let port, let reason):
            "the sandbox cannot listen on \(host):\(port): \(reason)"
        case .dataFileUnusable(let path, let reason):
            "the sandbox's data file \(path) cannot be used: \(reason)"
        case .notSandboxData(let path):
            "\(path) is not a sandbox's data file; it was left as it is"
        case .dataOfAnotherBusiness(let path, let found, let expected):
            "the sandbox's data file \(path) belongs to business \(found), not to \(expected)"
        case .newerDataFormat(let path, let found, let known):
            "the sandbox's data file \(path) has format \(found); this version knows formats up to \(known)"
        }
    }
}
