import Foundation
import NIOCore

/// What a fault does to the connection that a request came over, below HTTP.
extension SandboxContext {
    /// Ends the connection without a word: with a FIN, or, reset, with an RST.
    func cut(isReset: Bool) async {
        if isReset, let options = channel as? any SocketOptionProvider {
            // Closing with a linger time of 0 sends RST and drops what is not sent yet (socket(7)).
            try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close()
    }

    /// Sends bytes that need not be HTTP, and then nothing more.
    func answer(verbatim text: String) async {
        let channel = channel
        try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(
                VerbatimBytes(ByteBuffer(string: text)), position: .first)
        }.get()
    }

    /// From now to the answer's end every byte of it is sent by itself.
    func slowDown(interval: Double) async throws {
        let channel = channel
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(
                SlowBytes(interval: .nanoseconds(Int64(interval * 1e9))), position: .first)
        }.get()
    }
}
