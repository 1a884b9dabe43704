import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

extension ResponseBody {
    /// The whole body, which is never long here.
    func collected() async throws -> ByteBuffer {
        let page = Page()
        try await write(PageWriter(page: page))
        return page.bytes.withLock { $0 }
    }
}

private final class Page: Sendable {
    let bytes = Mutex(ByteBuffer())
}

/// Writes an answer's body into memory in place of the connection.
private struct PageWriter: ResponseBodyWriter {
    let page: Page

    mutating func write(_ buffer: ByteBuffer) async throws {
        page.bytes.withLock { _ = $0.writeImmutableBuffer(buffer) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
