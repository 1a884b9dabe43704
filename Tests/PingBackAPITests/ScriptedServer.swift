import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A real HTTP/1.1 server on loopback of which a test decides every byte: what is answered, when, and how it ends.
final class ScriptedServer: Sendable {
    /// A request that arrived whole.
    struct Arrival: Sendable {
        /// Among all requests at this server, from 0.
        var number: Int
        var connection: Int
        /// Among those of its connection, from 0.
        var turn: Int
        var method: String
        var path: String
        /// Everything before the empty line.
        var head: String
        var body: String

        var isCreate: Bool { method == "POST" }
    }

    indirect enum Reply: Sendable {
        case bytes(String)
        case bytesThenClose(String)
        case close
        case reset
        case silence
        case later(Duration, Reply)
        /// A conversation as the request asks for it.
        case created(String, business: String = Fixture.business)

        static func json(_ status: Int, _ body: String, _ headers: [String] = []) -> Reply {
            .bytes(response(status, body, headers))
        }

        static func response(_ status: Int, _ body: String, _ headers: [String] = []) -> String {
            let lines =
                ["HTTP/1.1 \(status) Status", "Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
                + headers
            return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        }

        /// The answer to a create request, with parts put in place of those that fit the request.
        static func echo(_ body: String, id: String, changing parts: [String: Any] = [:]) -> Reply {
            let request = (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: String] ?? [:]
            let customer = request["customer_id"]
            let messages = request["initial_message"].map { [["sender_type": "agent", "content": $0]] } ?? []
            var answer: [String: Any] = [
                "id": id, "business_id": Fixture.business, "status": "open", "channel_type": "widget",
                "channel_id": "w1", "messages": messages,
            ]
            if let customer {
                answer["customer_id"] = customer
                answer["customer"] = ["id": 42]
            }
            answer.merge(parts) { _, new in new }
            let json = (try? JSONSerialization.data(withJSONObject: answer)) ?? Data()
            return .json(201, String(decoding: json, as: UTF8.self))
        }

        /// The answer to `auth/me`.
        static func account(business: String = Fixture.business, _ headers: [String] = []) -> Reply {
            .json(200, #"{"user":{"id":"u1"},"business":{"id":"\#(business)"},"team_role":"owner"}"#, headers)
        }

        /// The answer to one of the reads before the first write, at a business with one channel and two members.
        static func preflight(_ arrival: Arrival, _ headers: [String] = []) -> Reply {
            switch arrival.path {
            case "/api/v1/channels/":
                .json(200, #"[{"id":"c1","type":"widget","is_active":true,"config":{}}]"#, headers)
            case "/api/v1/team/members":
                .json(
                    200, #"[{"id":"m1","user_id":"U-1","is_active":true},{"user_id":"u2","is_active":false}]"#, headers)
            default: account(headers)
            }
        }
    }

    private let channel: any Channel
    private let log: ArrivalLog
    private let scheme: String

    /// With `cutAfter`, a connection is closed when so many bytes of it have been read, and nothing is answered.
    init(
        port: Int = 0, cutAfter: Int? = nil, tls: NIOSSLContext? = nil, script: @escaping @Sendable (Arrival) -> Reply
    ) async throws {
        let log = ArrivalLog()
        self.log = log
        scheme = tls == nil ? "http" : "https"
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ScriptedConnection(
                        number: log.connect(), cutAfter: cutAfter, log: log, script: script)
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "\(scheme)://127.0.0.1:\(port)" }
    /// Connections made so far, whatever became of them.
    var connections: Int { log.connections }
    var arrivals: [Arrival] { log.arrivals }
    var creates: [Arrival] { arrivals.filter(\.isCreate) }

    func close() async throws { try await channel.close() }

    /// A port at which nobody listens, for now.
    static func unusedPort() async throws -> Int {
        let server = try await ScriptedServer { _ in .silence }
        let port = server.port
        try await server.close()
        return port
    }
}

/// What arrived at a server, in order.
private final class ArrivalLog: Sendable {
    private let state = Mutex((connections: 0, arrivals: [ScriptedServer.Arrival]()))

    var arrivals: [ScriptedServer.Arrival] { state.withLock { $0.arrivals } }
    var connections: Int { state.withLock { $0.connections } }

    func connect() -> Int {
        state.withLock {
            $0.connections += 1
            return $0.connections - 1
        }
    }

    func add(_ arrival: ScriptedServer.Arrival) -> ScriptedServer.Arrival {
        state.withLock {
            var arrival = arrival
            arrival.number = $0.arrivals.count
            $0.arrivals.append(arrival)
            return arrival
        }
    }
}

/// One connection: collects bytes until a request is whole, and does what the script says.
private final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let number: Int
    private let cutAfter: Int?
    private let log: ArrivalLog
    private let script: @Sendable (ScriptedServer.Arrival) -> ScriptedServer.Reply
    private var received = ""
    private var turn = 0

    init(
        number: Int, cutAfter: Int?, log: ArrivalLog,
        script: @escaping @Sendable (ScriptedServer.Arrival) -> ScriptedServer.Reply
    ) {
        self.number = number
        self.cutAfter = cutAfter
        self.log = log
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) {
        if cutAfter == 0 { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        if let cutAfter, received.utf8.count >= cutAfter { return context.close(promise: nil) }
        while let arrival = nextRequest() {
            Self.perform(script(log.add(arrival)), to: arrival.body, on: context.channel)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func nextRequest() -> ScriptedServer.Arrival? {
        guard let end = received.range(of: "\r\n\r\n") else { return nil }
        let head = String(received[..<end.lowerBound])
        let length = head.lowercased().components(separatedBy: "content-length: ").dropFirst().first
            .flatMap { Int($0.prefix { $0.isNumber }) }
        let rest = received[end.upperBound...].utf8
        guard rest.count >= length ?? 0 else { return nil }
        let body = String(decoding: rest.prefix(length ?? 0), as: UTF8.self)
        received = String(decoding: rest.dropFirst(length ?? 0), as: UTF8.self)
        let words = head.prefix { $0 != "\r\n" }.split(separator: " ").map(String.init)
        defer { turn += 1 }
        return ScriptedServer.Arrival(
            number: 0, connection: number, turn: turn, method: words.first ?? "",
            path: words.count > 1 ? words[1] : "", head: head, body: body)
    }

    private static func perform(_ reply: ScriptedServer.Reply, to body: String, on channel: any Channel) {
        switch reply {
        case .created(let id, let business):
            perform(.echo(body, id: id, changing: ["business_id": business]), to: body, on: channel)
        case .bytes(let text): channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        case .bytesThenClose(let text):
            channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
        case .close: channel.close(promise: nil)
        case .reset:
            let lingering = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            lingering?.whenComplete { _ in channel.close(promise: nil) }
        case .silence: break
        case .later(let delay, let reply):
            channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(delay / .nanoseconds(1)))) {
                perform(reply, to: body, on: channel)
            }
        }
    }
}
