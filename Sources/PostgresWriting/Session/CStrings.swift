/// Lends texts as C has them: a list of pointers, ended by nil. A nil text is a nil pointer.
///
/// One allocation holds them all. C takes a text to end at its first NUL, so none may hold one.
func withCStrings<Result>(
    _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    var bytes: [CChar] = []
    let offsets: [Int?] = texts.map { text in
        guard let text else { return nil }
        precondition(!text.utf8.contains(0), "a text for libpq holds a NUL, which is found before it is sent")
        let offset = bytes.count
        bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
        bytes.append(0)
        return offset
    }
    return bytes.withUnsafeBufferPointer { bytes in
        let pointers = offsets.map { offset in offset.flatMap { bytes.baseAddress?.advanced(by: $0) } } + [nil]
        return pointers.withUnsafeBufferPointer { list in
            guard let base = list.baseAddress else { preconditionFailure("a list with its end has no address") }
            return body(base)
        }
    }
}
