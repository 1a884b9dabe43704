import FileReadingSupport
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("A file as a source: what is read never depends on the pieces")
struct FileRecordSourceTests {
    /// A CSV file on disk, and what reading it as one piece gives.
    private struct Case {
        var path: String
        var bytes: [UInt8]
        var format: CSVFormat
        var start: SourcePosition
        var limits: Limits
        var width: Int
        var columns: [Int]
        var quote: UInt8?

        init(_ documents: inout CSVDocuments, in folder: TemporaryFolder) throws {
            width = documents.pick([1, 2, 3, 3])
            bytes = documents.file(width: width)
            path = try folder.write("file.csv", bytes: bytes)
            limits = Limits()
            limits.recordBytes = documents.pick([12, 40, 200, 1 << 24])
            limits.fieldBytes = documents.pick([8, 1 << 24])
            var dialect = SourceDescription.Dialect()
            dialect.quote = documents.pick([UInt8(ascii: "\""), UInt8(ascii: "\""), UInt8(ascii: "\""), nil])
            quote = dialect.quote
            let head = try FileHead(bytes[...], path: path, stated: .csv, dialect: dialect, isWhole: true)
            columns = (0..<documents.below(4)).map { [width] _ in documents.below(width) }
            format = CSVFormat(
                dialect: dialect, width: width, columns: columns, lineEnd: head.lineEnd, limits: limits)
            start = SourcePosition(file: 0, offset: head.length, record: 0, line: head.lines)
        }

        func source(barrier: SourcePosition? = nil, pieceBytes: Int = 1 << 20) -> FileRecordSource<CSVFormat> {
            FileRecordSource(path, format, from: start, barrier: barrier, pieceBytes: pieceBytes)
        }

        var text: String { String(decoding: bytes, as: UTF8.self).debugDescription }
    }

    @Test("a CSV file gives the same in pieces of any size, any number in flight", arguments: 0..<24 as Range<UInt64>)
    func anyCSVPieces(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var documents = CSVDocuments(seed: seed)
        for round in 0..<20 {
            let file = try Case(&documents, in: folder)
            let whole = try await SourceReading.read(file.source())
            for most in [6, 40, 200] {
                let size = documents.below(most) + 1
                let pieces = try await SourceReading.read(file.source(pieceBytes: size)) { documents.below(8) + 1 }
                #expect(
                    pieces.transcript.difference(from: whole.transcript) == nil,
                    "seed \(seed), round \(round), \(size): \(file.text)")
                #expect(pieces.ends.last?.offset == file.bytes.count)
            }
        }
    }

    @Test("a CSV file gives what the rules say, read slowly and literally", arguments: 100..<140 as Range<UInt64>)
    func agreesWithReference(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var documents = CSVDocuments(seed: seed)
        for round in 0..<25 {
            let file = try Case(&documents, in: folder)
            var reference = CSVReference(bytes: file.bytes, width: file.width)
            reference.quote = file.quote
            reference.lineEnd = file.format.lineEnd
            reference.recordBytes = file.limits.recordBytes
            reference.fieldBytes = file.limits.fieldBytes
            reference.read(from: file.start.offset)
            let transcript = try await SourceReading.read(file.source()).transcript
            let difference = reference.difference(from: transcript, columns: file.columns)
            #expect(difference == nil, "seed \(seed), round \(round): \(file.text)")
        }
    }

    @Test("every byte of a CSV file is a record's, or an empty line's", arguments: 200..<210 as Range<UInt64>)
    func losesNothing(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var documents = CSVDocuments(seed: seed)
        for _ in 0..<20 {
            let file = try Case(&documents, in: folder)
            let reading = try await SourceReading.read(file.source(pieceBytes: documents.below(50) + 1)) { 3 }
            var end = file.start.offset
            for entry in reading.transcript.entries {
                #expect(file.bytes[end..<entry.place.offset].allSatisfy { $0 == .lf || $0 == .cr })
                end = entry.place.offset + entry.raw.count
                #expect(Array(file.bytes[entry.place.offset..<end]) == entry.raw, "\(file.text)")
            }
            #expect(file.bytes[end...].allSatisfy { $0 == .lf || $0 == .cr })
        }
    }

    @Test("a JSON file gives the same in pieces of any size, any number in flight", arguments: 0..<24 as Range<UInt64>)
    func anyJSONPieces(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var documents = JSONDocuments(seed: seed)
        for round in 0..<20 {
            let bytes = documents.file()
            let path = try folder.write("file.jsonl", bytes: bytes)
            var limits = Limits()
            limits.recordBytes = documents.pick([20, 60, 1 << 20])
            let format = JSONFormat(layout: RecordLayout("id", "a0", list: "c", items: ["b"]), limits: limits)
            let whole = try await SourceReading.read(FileRecordSource(path, format))
            for most in [6, 40, 200] {
                let size = documents.below(most) + 1
                let source = FileRecordSource(path, format, pieceBytes: size)
                let pieces = try await SourceReading.read(source) { documents.below(8) + 1 }
                let text = "\(size) bytes, \(String(decoding: bytes, as: UTF8.self).debugDescription)"
                #expect(
                    pieces.transcript.difference(from: whole.transcript) == nil, "seed \(seed), round \(round), \(text)"
                )
                #expect(pieces.ends.last?.offset == bytes.count)
            }
        }
    }

    @Test("a batch ends where a CSV reading once stopped", arguments: 300..<312 as Range<UInt64>)
    func csvBarrier(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var documents = CSVDocuments(seed: seed)
        for round in 0..<12 {
            let file = try Case(&documents, in: folder)
            let first = try await SourceReading.read(file.source(pieceBytes: documents.below(60) + 1)) { 2 }
            for barrier in Set(first.ends) {
                let size = documents.below(120) + 1
                let again = try await SourceReading.read(file.source(barrier: barrier, pieceBytes: size)) {
                    documents.below(5) + 1
                }
                let text = "seed \(seed), round \(round), \(barrier), \(size): \(file.text)"
                #expect(barrier == file.start || again.ends.contains(barrier), "\(text)")
                #expect(again.transcript.difference(from: first.transcript) == nil, "\(text)")
            }
        }
    }

    @Test("a batch ends where a JSON reading once stopped", arguments: 300..<312 as Range<UInt64>)
    func jsonBarrier(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var documents = JSONDocuments(seed: seed)
        for round in 0..<12 {
            let bytes = documents.file()
            let path = try folder.write("file.jsonl", bytes: bytes)
            var limits = Limits()
            limits.recordBytes = documents.pick([20, 60, 1 << 20])
            let format = JSONFormat(layout: RecordLayout("id"), limits: limits)
            let pieceBytes = documents.below(60) + 1
            let first = try await SourceReading.read(FileRecordSource(path, format, pieceBytes: pieceBytes)) { 2 }
            // At the end of a file a broken list may add a record that has no bytes.
            for barrier in Set(first.ends)
            where !first.ends.contains(where: { $0.offset == barrier.offset && $0.record > barrier.record }) {
                let size = documents.below(120) + 1
                let source = FileRecordSource(path, format, barrier: barrier, pieceBytes: size)
                let again = try await SourceReading.read(source) { documents.below(5) + 1 }
                let text = "seed \(seed), round \(round), \(barrier), \(size), \(limits.recordBytes)"
                let content = String(decoding: bytes, as: UTF8.self).debugDescription
                #expect(
                    barrier.offset == 0 || again.ends.contains { $0.offset == barrier.offset }, "\(text): \(content)")
                #expect(again.transcript.difference(from: first.transcript) == nil, "\(text): \(content)")
            }
        }
    }
}
