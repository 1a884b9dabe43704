import CSimdJSON
import ImportCore

/// A format whose files are not UTF-8: decodes each piece, has its records read, and says of each where it stands in the
/// original bytes, which come back as they were where a record is rejected.
///
/// Pieces are cut between characters, so each is decoded by itself, side by side with others. Limits count bytes of
/// UTF-8.
struct DecodingFormat<Base: PieceFormat>: PieceFormat {
    let base: Base
    let encoding: TextEncoding
    /// The byte that ends a physical line, in UTF-8.
    let lineEnd: UInt8

    var initial: Base.State { base.initial }
    func text(of state: Base.State) -> String { base.text(of: state) }
    func state(text: String) -> Base.State? { base.state(text: text) }

    var window: Int { base.window * encoding.bytesPerByte + TextEncoding.longestCharacter }

    func cut(_ bytes: UnsafeBufferPointer<UInt8>, from state: Base.State) -> (length: Int, state: Base.State)? {
        // A wrong guess would cost a second reading, and letters beyond ASCII mislead nobody who looks for line ends.
        if encoding.holdsASCII && encoding.table != nil { return base.cut(bytes, from: state) }
        var text = DecodedText(bytes, encoding)
        text.decode(to: bytes.count, isEnd: false)
        guard let cut = text.bytes.withUnsafeBufferPointer({ base.cut($0, from: state) }) else { return nil }
        return (text.place(of: cut.length), cut.state)
    }

    func read(_ bytes: [UInt8], from state: Base.State, isEnd: Bool, stop: Int) -> PieceResult<Base.State> {
        bytes.withUnsafeBufferPointer { original in
            var text = DecodedText(original, encoding)
            text.decode(to: stop, isEnd: isEnd && stop == bytes.count)
            let textStop = text.bytes.count
            if stop < bytes.count { text.decode(to: bytes.count, isEnd: isEnd) }
            var result = base.read(text.bytes, from: state, isEnd: isEnd, stop: textStop)
            place(&result.batch, text)
            result.batch.raw = bytes
            if encoding.table != nil && encoding.holdsASCII { rejectUTF8(in: &result.batch, original) }
            result.consumed = text.place(of: result.consumed)
            return result
        }
    }

    /// Rejects what stands as UTF-8 in a file of another encoding, which would come over as `Ã©` for `é`: files that were
    /// put together of several hold such records.
    ///
    /// Only encodings of one byte a character are looked at: in them hardly anybody writes Ã before a sign, or â before two
    /// (what UTF-8's most usual characters look like), and nothing else beyond ASCII in the same record.
    private func rejectUTF8(in batch: inout RecordBatch, _ original: UnsafeBufferPointer<UInt8>) {
        guard let base = original.baseAddress, original.contains(where: { $0 >= 0xC2 }) else { return }
        let known = Set(batch.unreadable.map(\.index))
        var found: [RecordBatch.Unreadable] = []
        for (index, record) in batch.records.enumerated() where record.raw.isPresent && !known.contains(index) {
            let bytes = original[record.raw.bounds]
            guard let first = bytes.firstIndex(where: { $0 >= 0x80 }),
                csimdjson_is_utf8(base + bytes.startIndex, bytes.count),
                bytes.contains(where: { Self.usualLeads.contains($0) })
            else { continue }
            let before = original[bytes.startIndex..<first]
            let lastLine = before.lastIndex(of: lineEnd).map { $0 + 1 } ?? bytes.startIndex
            found.append(
                RecordBatch.Unreadable(
                    index: index,
                    finding: Finding(
                        .textEncoding, "the record is UTF-8, and not \(encoding.name)",
                        hint: "correct source.encoding, or have the export written in one encoding",
                        line: record.place.line + before.count { $0 == lineEnd }, column: first - lastLine + 1)))
        }
        for unreadable in found { batch.clear(unreadable.index) }
        batch.unreadable = (batch.unreadable + found).sorted { $0.index < $1.index }
    }

    /// What the characters begin with in UTF-8 that stand in most texts: Latin letters, Cyrillic, punctuation, emoji.
    private static var usualLeads: [UInt8] { [0xC2, 0xC3, 0xC4, 0xC5, 0xD0, 0xD1, 0xE2, 0xF0] }

    /// Puts places in the original bytes where those in the text stand.
    private func place(_ batch: inout RecordBatch, _ text: DecodedText) {
        var unreadable = batch.unreadable
        place(&unreadable, of: batch.records, text)
        batch.unreadable = unreadable
        if batch.continued.isPresent {
            batch.continued = ByteRange(offset: 0, length: text.place(of: Int(batch.continued.length)))
        }
        for index in batch.records.indices {
            batch.records[index].place.offset = text.place(of: batch.records[index].place.offset)
            let raw = batch.records[index].raw
            guard raw.isPresent else { continue }
            let start = text.place(of: raw.bounds.lowerBound)
            batch.records[index].raw = ByteRange(
                offset: start, length: text.place(of: raw.bounds.upperBound) - start)
        }
    }

    /// Columns count bytes of the file: from the line's beginning or, on a record's first line, from the record's.
    private func place(
        _ unreadable: inout [RecordBatch.Unreadable], of records: [RecordBatch.Record], _ text: DecodedText
    ) {
        for index in unreadable.indices {
            let record = records[unreadable[index].index].place
            var finding = unreadable[index].finding
            if finding.code == .textEncoding {
                finding.message = "the bytes are not valid \(encoding.name)"
                finding.hint = "correct the bytes at this place, or source.encoding in the plan"
            }
            if let line = finding.line, let column = finding.column {
                var start = record.offset
                for _ in record.line..<max(line, record.line) {
                    guard let end = text.bytes[start...].firstIndex(of: lineEnd) else { break }
                    start = end + 1
                }
                finding.column = text.place(of: start + column - 1) - text.place(of: start) + 1
            }
            unreadable[index].finding = finding
        }
    }
}
