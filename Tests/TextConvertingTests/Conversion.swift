import ImportCore

extension TextConverter {
    /// The text of a markup, as a test compares it.
    func text(of markup: String) throws(TextConversionFault) -> String {
        let result: Result<[UInt8], TextConversionFault> = Array(markup.utf8).withUnsafeBufferPointer { bytes in
            do throws(TextConversionFault) {
                return .success(try text(of: bytes))
            } catch {
                return .failure(error)
            }
        }
        return String(decoding: try result.get(), as: UTF8.self)
    }
}
