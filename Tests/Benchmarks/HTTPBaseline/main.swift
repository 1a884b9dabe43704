import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

// The plainest way to send N create requests with async-http-client, C at a time: what the import's own rate is
// compared with. It keeps no intent, reads no answer beyond its status, and stops at the first that is not 200.

guard let options = BaselineOptions(CommandLine.arguments.dropFirst()) else {
    FileHandle.standardError.write(Data((BaselineOptions.usage + "\n").utf8))
    exit(64)
}

let bodies = (0..<options.requests).map { TicketBody.make($0, businessID: options.businessID) }

var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
configuration.httpVersion = .http1Only
configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = options.concurrency
let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

let clock = ContinuousClock()
let elapsed = try await clock.measure {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<options.concurrency {
            group.addTask {
                for number in stride(from: lane, to: bodies.count, by: options.concurrency) {
                    var request = HTTPClientRequest(url: options.url)
                    request.method = .POST
                    request.headers = [
                        "Authorization": "Bearer \(options.token)", "Content-Type": "application/json",
                    ]
                    request.body = .bytes(bodies[number])
                    let response = try await client.execute(request, timeout: .seconds(30))
                    _ = try await response.body.collect(upTo: 1 << 20)
                    guard response.status == .ok else { throw BaselineError(status: response.status.description) }
                }
            }
        }
        try await group.waitForAll()
    }
}
try await client.shutdown().get()

let result = BaselineResult(
    requests: options.requests, concurrency: options.concurrency, seconds: elapsed / .seconds(1))
let encoder = JSONEncoder()
encoder.outputFormatting = .sortedKeys
print(String(decoding: try encoder.encode(result), as: UTF8.self))
