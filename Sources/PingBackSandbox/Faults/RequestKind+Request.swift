import HTTPTypes
import Hummingbird
import ImportCore

extension RequestKind {
    /// The documented request that this one is, be it that it will be refused.
    init(of request: Request) {
        let path = request.uri.path
        guard path.hasPrefix(EndpointTable.root) else {
            self = .any
            return
        }
        let parts = path.dropFirst(EndpointTable.root.count).split(separator: "/", omittingEmptySubsequences: true)
        switch (request.method, parts.first, parts.count) {
        case (.post, "conversations", 1): self = .create
        case (.get, "conversations", 1): self = .list
        case (.get, "conversations", 2): self = .get
        case (.put, "conversations", 3) where parts[2] == "resolve": self = .resolve
        case (.put, "conversations", 3) where parts[2] == "close": self = .close
        case (.put, "conversations", 4) where parts[2] == "assign": self = .assign
        case (.post, "conversations", 3) where parts[2] == "messages": self = .message
        case (.post, "team", 3) where parts[1] == "assign": self = .assign
        case (.get, "team", 2) where parts[1] == "members": self = .members
        case (.get, "auth", 2) where parts[1] == "me": self = .me
        case (.get, "channels", 1): self = .channels
        default: self = .any
        }
    }
}
