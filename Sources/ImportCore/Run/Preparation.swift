/// Everything between a record's bytes and a conversation, as one pure function of a batch.
package struct Preparation: Sendable {
    private let program: MappingProgram
    private let validator: ConversationValidator
    private let hash: KeyHashing
    /// Whether the records' fields stay beside what they became: for showing both.
    package var keepsCells = false
    /// Makes the records' content hashes; nil where nobody compares them with an earlier night's, so that nobody pays.
    package var contentHash: ContentHashing?

    package init(program: MappingProgram, limits: Limits, hash: @escaping KeyHashing) {
        self.program = program
        validator = ConversationValidator(limits: limits)
        self.hash = hash
    }

    /// Takes the batch over: its slab is appended to, which would copy all of it while anybody else held it.
    package func prepare(_ batch: consuming RecordBatch) -> ValidatedBatch {
        var drafts = program.map(consume batch)
        // A batch may wait long for its destination.
        if !keepsCells { drafts.records.cells = [] }
        var keys = hash(drafts.texts[TextField.key.rawValue], drafts.records.slab)
        // A record that is passed over does not stand in the way of another one with its key.
        for index in drafts.skips.indices where drafts.isSkipped(index) { keys[index] = .none }
        let contents = contentHash?(drafts) ?? []
        var batch = validator.validate(drafts, keyFingerprints: keys)
        batch.contentHashes = contents
        return batch
    }
}
