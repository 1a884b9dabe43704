import Hummingbird
import NIOCore

/// What a request knows of the connection it came over.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The client's address and port, which tell connections apart.
    var peer: String? {
        guard let address = channel.remoteAddress, let host = address.ipAddress else { return nil }
        return "\(host):\(address.port ?? 0)"
    }
}
