import Foundation

/// What `validate` of JSON Lines is compared with: Foundation's `JSONDecoder` over the same lines, on the same cores.
///
/// It is given every advantage: the file is mapped and not read, each core has its own decoder and its own stretch of
/// lines, only the fields that the benchmark's plan maps are decoded, and times stay text.
@main
enum DecoderBaseline {
    struct Ticket: Decodable {
        struct Requester: Decodable {
            var id: Int
            var name: String
            var email: String
        }

        var id: Int
        var subject: String
        var description: String
        var status: String
        var requester: Requester
        var createdAt: String
        var updatedAt: String

        enum CodingKeys: String, CodingKey {
            case id, subject, description, status, requester
            case createdAt = "created_at"
            case updatedAt = "updated_at"
        }
    }

    struct Figures: Encodable {
        var lines: Int
        var bytes: Int
        var cores: Int
        var seconds: Double
        var megabytesPerSecond: Double
    }

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let path = arguments.first, arguments.count <= 2,
            let cores = arguments.count == 2 ? Int(arguments.last ?? "") : ProcessInfo.processInfo.activeProcessorCount,
            cores > 0
        else {
            FileHandle.standardError.write(Data("usage: DecoderBaseline FILE.jsonl [CORES]\n".utf8))
            exit(64)
        }
        let clock = ContinuousClock()
        let start = clock.now
        let data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        let lines = try await withThrowingTaskGroup(of: Int.self) { group in
            for stretch in stretches(of: data, count: cores) {
                group.addTask { try decodeLines(of: data, in: stretch) }
            }
            var lines = 0
            for try await count in group { lines += count }
            return lines
        }
        let seconds = (clock.now - start) / .seconds(1)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        let figures = Figures(
            lines: lines, bytes: data.count, cores: cores, seconds: seconds,
            megabytesPerSecond: Double(data.count) / 1e6 / seconds)
        print(String(decoding: try encoder.encode(figures), as: UTF8.self))
    }

    /// Cuts the bytes at line ends into so many stretches of about one size.
    private static func stretches(of data: Data, count: Int) -> [Range<Data.Index>] {
        var ends = (1..<count).map { lineEnd(in: data, from: data.count / count * $0) + 1 }.map { min($0, data.count) }
        ends.append(data.count)
        return zip([0] + ends, ends).map { $0..<$1 }
    }

    private static func decodeLines(of data: Data, in stretch: Range<Data.Index>) throws -> Int {
        let decoder = JSONDecoder()
        var lines = 0
        var start = stretch.lowerBound
        while start < stretch.upperBound {
            let end = lineEnd(in: data, from: start)
            if end > start {
                _ = try decoder.decode(Ticket.self, from: data[start..<end])
                lines += 1
            }
            start = end + 1
        }
        return lines
    }

    /// The next line feed, or the end; found with `memchr`, since a loop over `Data` would cost the baseline time that
    /// is not the decoder's.
    private static func lineEnd(in data: Data, from start: Int) -> Int {
        data.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, bytes.count - start) else {
                return bytes.count
            }
            return UnsafeRawPointer(found) - base
        }
    }
}
