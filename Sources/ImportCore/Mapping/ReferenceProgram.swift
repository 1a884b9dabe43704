/// A destination's reference, compiled: puts its line under the opening message of each record of a batch.
///
/// A record without an opening message gets one that is the reference alone. One whose message is blank keeps it, so that
/// validation finds what it would have found.
struct ReferenceProgram: Sendable {
    let value: ValueProgram

    func run(over table: CellTable, into target: inout MappingTarget, _ drafts: inout DraftBatch) {
        let references = value.run(over: table, into: &target)
        var messages = drafts.texts[TextField.initialMessage.rawValue]
        if messages.isEmpty { messages = Array(repeating: .none, count: table.rows) }
        for row in 0..<table.rows where references[row].isPresent && references[row].length > 0 {
            let reference = Array(target.slab[references[row].bounds])
            guard messages[row].isPresent else {
                messages[row] = references[row]
                continue
            }
            let message = Array(target.slab[messages[row].bounds])
            guard !message.withUnsafeBufferPointer({ $0.isBlank }) else { continue }
            let newline = UInt8(ascii: "\n")
            messages[row] = target.append(message + (message.last == newline ? [] : [newline]) + reference)
        }
        drafts.texts[TextField.initialMessage.rawValue] = messages
        drafts.texts[TextField.reference.rawValue] = references
    }
}
