import ImportCore

extension RecordBatch {
    /// Looks, where a file ends with this batch, whether its last record ends with a line end: if not, it may have been cut
    /// short while the file was written.
    ///
    /// - Parameter bytes: those that the records' raw bytes count in, to the file's end.
    mutating func markCutShort(_ bytes: [UInt8]) {
        guard let last = records.last, last.raw.isPresent, !bytes.isEmpty else { return }
        let end = min(last.raw.bounds.upperBound, bytes.count)
        let isEnded = end > 0 && (bytes[end - 1] == .lf || bytes[end - 1] == .cr)
        isCutShort = !isEnded && !bytes[end...].contains { $0 == .lf || $0 == .cr }
    }
}
